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

  // Buttons that put a text, or what stands in a field, on the clipboard. Where a browser lets no page do that, a field is marked and can be copied by hand.
  document.querySelectorAll("button[data-copy],button[data-text]").forEach(button => {
    const field = document.getElementById(button.dataset.copy);
    if (!field && !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field?.select();
      try {
        await navigator.clipboard.writeText(field ? field.value : button.dataset.text);
        button.textContent = "Copied";
      } catch {
        button.textContent = field ? "Press Ctrl+C" : "Not possible";
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

  // Where a chart is wider than the page, its newest days come first.
  document.querySelectorAll(".chart .scroll").forEach(chart => (chart.scrollLeft = chart.scrollWidth));

  // Figures of the whole machine: again and again, while somebody looks.
  const figures = [...document.querySelectorAll("[data-seconds]")];
  if (figures.length)
    setInterval(() => document.hidden || showAnew(figures).catch(() => {}), figures[0].dataset.seconds * 1000);

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
