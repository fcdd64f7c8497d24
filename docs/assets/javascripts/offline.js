// Asks the browser to keep the site (workers/offline.js), and tells the reader when a newer version lies ready. Nothing
// changes under a reader's eyes: a version is read whole, until the reader takes the next one or closes the last page.
(() => {
  "use strict";

  if (!("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  const root = new URL("../../", document.currentScript.src);
  const DISMISSED = "offline.dismissed";
  const words = document.documentElement.lang.startsWith("n")
    ? {
        ready: "En nyere utgave av nettstedet er klar.",
        load: "Les den",
        old: "Denne siden er av en eldre utgave.",
        reload: "Last den på nytt",
        dismiss: "Ikke nå",
      }
    : {
        ready: "A newer version of this site is ready.",
        load: "Read it",
        old: "This page is of an older version.",
        reload: "Load it again",
        dismiss: "Not now",
      };
  let asked = false;

  // It must be in the page before it says something: then screen readers tell it.
  const notice = document.createElement("div");
  notice.className = "site-notice";
  notice.setAttribute("aria-live", "polite");
  document.body.append(notice);

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function tell(text, action, act) {
    const dismiss = () => {
      sessionStorage.setItem(DISMISSED, "yes");
      notice.replaceChildren();
    };
    notice.replaceChildren(text, " ", button(action, act), " ", button(words.dismiss, dismiss));
  }

  function offer(worker) {
    if (!workers.controller || sessionStorage.getItem(DISMISSED)) return;
    tell(words.ready, words.load, () => {
      asked = true;
      worker.postMessage("take over");
    });
  }

  function watch(worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(worker);
    });
  }

  workers.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (workers.controller) tell(words.old, words.reload, () => location.reload());
  });

  async function start() {
    const saving = navigator.connection?.saveData && !workers.controller;
    const registration = saving ? null : await workers.register(new URL("service-worker.js", root));
    if (!registration) return;
    if (registration.waiting) offer(registration.waiting);
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));
  }

  // After the page: what is kept for later waits for what is read now. Where it can't be kept, it reads as before.
  addEventListener("load", () => start().catch(() => {}));
})();
