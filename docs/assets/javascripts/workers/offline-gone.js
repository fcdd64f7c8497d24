// Stands where the worker was, on a site that keeps nothing any more: forgets what was kept, and takes itself away.
(() => {
  "use strict";

  const prefix = `offline ${new URL("./", self.location.href).pathname} `;

  async function leave() {
    for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
    await self.registration.unregister();
  }

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(leave()));
})();
