// This browser is asked to show notices, and the server is told where it can be reached.
// Without a service worker or a push service the page says that it cannot be.
const form = document.querySelector("form[data-push]");

if (form && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  document.querySelector("[data-pushless]").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await subscribe(form);
      form.submit();
    } catch {
      form.querySelector("[data-refused]").hidden = false;
    }
  });
}

async function subscribe(form) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not granted");
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe(); // it may be another member's, or for an older key
  const { endpoint, keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) })).toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.key.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
}

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

// What the server forgets, the browser need not keep. Nothing waits for it.
document.querySelector("[data-unpush]")?.addEventListener("click", async () => {
  const worker = await navigator.serviceWorker?.getRegistration("/");
  (await worker?.pushManager.getSubscription())?.unsubscribe();
});
