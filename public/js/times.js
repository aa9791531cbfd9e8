// Times stay true on a page that was left open. The server has written how long ago
// everything was; only after a minute does the component take over, so that nothing
// moves while a page is read for the first time.
import "./lib/relative-time.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE; // what is older is a date, which stays true

function takeOver() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const ago = Date.now() - Date.parse(time.dateTime);
    if (!(ago >= 0 && ago < DAY)) continue;
    const live = document.createElement("relative-time");
    live.setAttribute("datetime", time.dateTime);
    live.setAttribute("no-title", ""); // the time around it has one
    live.setAttribute("tense", "past");
    live.setAttribute("precision", "minute");
    live.textContent = time.textContent;
    time.replaceChildren(live);
  }
}

setTimeout(takeOver, MINUTE);
