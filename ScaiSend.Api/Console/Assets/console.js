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
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(15000) });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      // Another page came, such as the one to sign in at.
      if (!fresh) throw new Error("gone");
      replace(part, fresh);
    }
  };

  // Whoever reads, has opened, scrolled or focused something there does not lose it.
  const replace = (part, fresh) => {
    const isOpen = [...part.querySelectorAll("details")].map(it => it.open);
    const scrolled = [...part.querySelectorAll(".scroll")].map(it => it.scrollLeft);
    const focused = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    fresh.querySelectorAll("details").forEach((it, i) => (it.open = isOpen[i] ?? it.open));
    part.replaceChildren(...fresh.childNodes);
    Object.assign(part.dataset, { mark: "", owed: "" }, fresh.dataset, { ended: fresh.dataset.live ? "" : "yes" });
    showTimes(part);
    part.querySelectorAll(".scroll").forEach((it, i) => (it.scrollLeft = scrolled[i] ?? 0));
    const again = focused && [...part.querySelectorAll("a[href],button,summary,[tabindex]")].find(it => nameOf(it) === focused);
    if (again) again.focus({ preventScroll: true });
  };
  const nameOf = it => [it.tagName, it.getAttribute("href") ?? it.getAttribute("aria-label") ?? it.textContent.trim()].join(" ");

  // A mail that is on its way: the server says when it has changed.
  const watch = part => {
    const [state, news] = ["live-state", "live-news"].map(id => document.getElementById(id));
    let [changes, timer] = [null, 0];
    const say = isLive => {
      state.hidden = false;
      state.textContent = isLive ? state.dataset.is : state.dataset.not;
    };
    const wait = (then, milliseconds) => (timer ||= setTimeout(then, milliseconds));
    const stopWaiting = () => (timer = clearTimeout(timer));
    const close = () => {
      stopWaiting();
      changes?.close();
    };
    const later = () => {
      close();
      say(false);
      wait(open, 15000);
    };
    const open = () => {
      close();
      if (part.dataset.ended || document.hidden) return;
      changes = new EventSource(part.dataset.live);
      changes.addEventListener("open", () => {
        stopWaiting();
        say(true);
      });
      // A stream that only broke off is opened again by the browser, which nobody has to know unless it takes long; one that is refused is not.
      changes.addEventListener("error", event => (event.target.readyState === EventSource.CLOSED ? later() : wait(later, 5000)));
      changes.addEventListener("change", change => change.data === part.dataset.mark || show());
    };
    const show = async () => {
      const before = part.querySelector("#what")?.textContent;
      try {
        await showAnew([part]);
      } catch {
        return later();
      }
      const now = part.querySelector("#what")?.textContent;
      if (now !== before) news.textContent = now;
      if (!part.dataset.ended) return;
      close();
      state.hidden = true;
    };
    // Browsers open few connections to one host, and pages that nobody looks at would take them all.
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    open();
    // Webhooks go on when the mail has ended.
    setInterval(() => part.dataset.owed && !document.hidden && show(), 10000);
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
