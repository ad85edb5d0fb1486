// What pages are better with, and work without: times in the reader's zone, and parts that show themselves anew.
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

  // A mail that is on its way: the server says when it has changed, and the part is fetched with the page that it belongs to.
  const watch = part => {
    const changes = new EventSource(part.dataset.live);
    changes.addEventListener("change", async change => {
      // The first says how things stand, which the page mostly knows.
      if (change.data === part.dataset.mark) return;
      part.dataset.mark = change.data;
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (!fresh) return;
      const isOpen = [...part.querySelectorAll("details")].map(it => it.open);
      fresh.querySelectorAll("details").forEach((it, i) => (it.open = isOpen[i] || it.open));
      part.replaceChildren(...fresh.childNodes);
      showTimes(part);
      if (!fresh.dataset.live) changes.close();
    });
    document.getElementById("live-state")?.removeAttribute("hidden");
  };
  document.querySelectorAll("[data-live]").forEach(watch);

  // Buttons that put a text on the clipboard.
  document.querySelectorAll("button[data-copy]").forEach(button => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  });

  // What is written shows beside it as it will be sent. Each time a new frame takes the form, and the old one goes when it is there: nothing flickers,
  // and going back does not lead through what was written.
  const showWhileWriting = place => {
    const button = document.querySelector("button[formtarget=preview]");
    let [frame, count, timer, isUnderWay, isStale] = [place.firstElementChild, 0, 0, false, false];
    const show = () => {
      if (isUnderWay) return (isStale = true);
      [isUnderWay, isStale] = [true, false];
      const fresh = frame.cloneNode();
      fresh.name = button.formTarget = `preview-${++count}`;
      fresh.classList.add("coming");
      place.append(fresh);
      const limit = setTimeout(() => end(), 15000);
      const end = () => {
        if (!isUnderWay) return;
        clearTimeout(limit);
        isUnderWay = false;
        frame.remove();
        frame = fresh;
        fresh.classList.remove("coming");
        if (isStale) show();
      };
      fresh.addEventListener("load", end);
      button.form.requestSubmit(button);
    };
    button.form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 300);
    });
    button.hidden = true;
    show();
  };
  document.querySelectorAll("[data-preview]").forEach(showWhileWriting);
})();
