// What pages are better with, and work without: times in the reader's zone, buttons that copy, and parts that show themselves anew.
"use strict";
(() => {
  const local = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const precise = new Intl.DateTimeFormat(undefined, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
  });
  const showTimes = within =>
    within.querySelectorAll("time[datetime]").forEach(time => {
      if (time.title) return;
      time.title = time.textContent.trim();
      time.textContent = (time.hasAttribute("data-precise") ? precise : local).format(new Date(time.dateTime));
    });
  showTimes(document);

  // Where a browser lets no page write to the clipboard, the text is marked and can be copied by hand.
  document.querySelectorAll("button[data-copy]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Press Ctrl+C";
      }
    });
  });

  // Parts of a page as they are now, fetched with the page that they belong to.
  const showAnew = async parts => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      const isOpen = [...part.querySelectorAll("details")].map(it => it.open);
      fresh.querySelectorAll("details").forEach((it, i) => (it.open = isOpen[i] || it.open));
      part.replaceChildren(...fresh.childNodes);
      part.dataset.ended = fresh.dataset.live ? "" : "yes";
      showTimes(part);
    }
  };

  // A mail that is on its way: the server says when it has changed.
  const watch = part => {
    const changes = new EventSource(part.dataset.live);
    changes.addEventListener("change", async change => {
      // The first says how things stand, which the page mostly knows.
      if (change.data === part.dataset.mark) return;
      part.dataset.mark = change.data;
      await showAnew([part]);
      if (part.dataset.ended) changes.close();
    });
    document.getElementById("live-state")?.removeAttribute("hidden");
  };
  document.querySelectorAll("[data-live]").forEach(watch);

  // Figures of the whole machine: again and again, while somebody looks.
  const figures = [...document.querySelectorAll("[data-seconds]")];
  if (figures.length)
    setInterval(() => document.hidden || showAnew(figures).catch(() => {}), figures[0].dataset.seconds * 1000);
})();
