// Finishes a login: gives the code that the address carries to the API, keeps the tokens as long as this window is open, and shows who has logged in.
"use strict";
(() => {
  const part = id => document.getElementById(id);
  const show = id => ["start", "wait", "done", "out"].forEach(name => (part(name).hidden = name !== id && !(id === "out" && name === "start")));
  const kept = { access: "scaisend.access_token", refresh: "scaisend.refresh_token", state: "scaisend.state" };
  const query = new URLSearchParams(location.search);

  const ask = async (path, body, token) => {
    const answer = await fetch(`../v3/auth/${path}`, {
      method: body ? "POST" : "GET",
      headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
      credentials: "omit",
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(typeof said.detail === "string" ? said.detail : `${answer.status}`);
    return said;
  };

  const forget = () => Object.values(kept).forEach(name => sessionStorage.removeItem(name));

  const fail = (why, said) => {
    forget();
    part("trouble").textContent = part(why).textContent;
    part("said").textContent = said || "";
    part("trouble").hidden = false;
    part("said").hidden = !said;
    show("start");
    part("trouble").focus();
  };

  const welcome = async () => {
    const me = await ask("me", null, sessionStorage.getItem(kept.access));
    part("who").textContent = [me.display_name, me.email || me.id].filter(Boolean).join(" · ");
    part("where").textContent = me.tenant ? me.tenant.name : part("none").textContent;
    part("as").textContent = [me.role, ...me.roles].filter(Boolean).join(", ") || part("none").textContent;
    show("done");
    part("welcome").focus();
  };

  const begin = async () => {
    show("wait");
    const login = await ask("login", {});
    sessionStorage.setItem(kept.state, login.state);
    location.assign(login.authorization_url);
  };

  const finish = async (code, state) => {
    show("wait");
    // Somebody else could have sent us here with his own login.
    if (state !== sessionStorage.getItem(kept.state)) return fail("not-here");
    sessionStorage.removeItem(kept.state);
    const tokens = await ask("callback", { code, state });
    sessionStorage.setItem(kept.access, tokens.access_token);
    if (tokens.refresh_token) sessionStorage.setItem(kept.refresh, tokens.refresh_token);
    await welcome();
  };

  const leave = async () => {
    const token = sessionStorage.getItem(kept.refresh);
    forget();
    show("out");
    part("bye").focus();
    await ask("logout", token ? { refresh_token: token } : {});
  };

  const or = (why, step) => step().catch(error => fail(why, error.message));
  part("begin").addEventListener("click", () => or("failed", begin));
  part("leave").addEventListener("click", () => leave().catch(() => {}));
  // The code is nobody's business: neither the history's nor the next page's.
  history.replaceState(null, "", location.pathname);
  if (query.has("code") && query.has("state")) or("failed", () => finish(query.get("code"), query.get("state")));
  else if (query.has("error")) fail("failed", query.get("error_description") || query.get("error"));
  else if (sessionStorage.getItem(kept.access)) or("failed", welcome);
  else show("start");
})();
