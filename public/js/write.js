// What a page with a form for writing loads beside site.js. Without it the form works as well.
import "./toolbar.js";
import "./send.js";
import "./drafts.js";
import "./live.js";
import "./paste.js";
import "./complete.js";
import "./quote.js";
import "./poll.js";
