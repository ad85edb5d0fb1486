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
})();
