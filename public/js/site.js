// What every page loads. Each comfort is a module of its own and finds on the page what
// it works on; a page without it stays as it is.
import "./times.js";
import "./keys.js";
import "./code.js";
import "./scrolls.js";
import "./large.js";
import "./copylink.js";
import "./sent.js";
import "./news.js";
