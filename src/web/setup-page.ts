export interface SetupView {
  /** Where the form goes: GitHub's page for new apps, with our state. */
  readonly action: string;
  readonly manifest: string;
  readonly publicUrl: string;
  readonly organisation: string;
  readonly permissions: readonly (readonly [string, string])[];
  readonly events: readonly string[];
  /** Carried along so that the page may be opened again. */
  readonly key: string;
}

/** The page that explains, and the form that carries the manifest to GitHub. */
export function setupPage(view: SetupView): string {
  const rows = view.permissions.map(([name, level]) => `<tr><td>${escape(name)}</td><td>${escape(level)}</td></tr>`);
  return page(`
<h1>Set up postmortem-app</h1>
<p>The app has no credentials yet. GitHub makes them: it registers a GitHub App of your own with the permissions below and
hands its key back to this machine, where it is kept in a file only you can read.</p>
<form method="get" action="/">
  <input type="hidden" name="key" value="${escape(view.key)}">
  <label>Address under which GitHub reaches this app
    <input name="url" type="url" required value="${escape(view.publicUrl)}"></label>
  <label>Organisation that shall own it (empty: you)
    <input name="organisation" pattern="[A-Za-z0-9-]*" value="${escape(view.organisation)}"></label>
  <button>Use these</button>
</form>
<table><caption>What it asks for</caption>${rows.join("")}</table>
<p>It hears of: ${view.events.map(escape).join(", ")}.</p>
<form method="post" action="${escape(view.action)}">
  <input type="hidden" name="manifest" value="${escape(view.manifest)}">
  <button class="go">Register on GitHub</button>
</form>`);
}

/** Shown when the credentials are kept. `installUrl` leads to the choice of repositories. */
export function donePage(installUrl: string): string {
  return page(`
<h1>Registered</h1>
<p>The credentials are kept and the app is starting. Next, choose the repositories it shall look after:
<a href="${escape(installUrl)}">install it</a>.</p>`);
}

export function refusedPage(sentence: string): string {
  return page(`<h1>Not done</h1><p>${escape(sentence)}</p>`);
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>postmortem-app</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
  label { display: block; margin: .5rem 0 } input { display: block; width: 100%; font: inherit; padding: .3rem }
  table { border-collapse: collapse; margin: 1rem 0 } td { border: 1px solid #999; padding: .2rem .8rem }
  caption { text-align: left; font-weight: 600 } button { font: inherit; padding: .4rem 1rem }
</style>
<body>${body}
</body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
}
