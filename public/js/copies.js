// Copies of drafts on this device, which drafts.js makes and sent.js takes away.
export const PREFIX = "picus-draft ";
const SENT = "picus-sent";

// markSent remembers, for the next page, whose copy is not needed once it has arrived.
export function markSent(key) {
  sessionStorage.setItem(SENT, key);
}

// takeSent returns what was marked, once.
export function takeSent() {
  const key = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  return key;
}
