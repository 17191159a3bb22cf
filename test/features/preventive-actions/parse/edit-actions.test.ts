import { describe, expect, it } from "vitest";

import {
  addAction,
  dropAction,
  markNa,
  setDue,
  setOwner,
  tick,
} from "../../../../src/features/preventive-actions/parse/edit-actions.ts";
import { parseActions } from "../../../../src/features/preventive-actions/parse/parse-actions.ts";
import type { ParsedAction } from "../../../../src/features/preventive-actions/parse/parsed-action.ts";

const HEAD = "## Preventive actions\r\n\r\n";

function nth(body: string, index = 0): ParsedAction {
  const action = parseActions(body)[index];
  if (action === undefined) throw new Error(`No action ${index} in:\n${body}`);
  return action;
}

/** Edits the only entry of a section and gives back its line. */
function edited(line: string, edit: (body: string, action: ParsedAction) => string): string {
  const after = edit(`${HEAD}${line}\r\n`, nth(`${HEAD}${line}\r\n`));
  expect(after.startsWith(HEAD)).toBe(true);
  expect(after.endsWith("\r\n")).toBe(true);
  return after.slice(HEAD.length, -2);
}

describe("tick", () => {
  it("changes the one character of a box", () => {
    expect(edited("* [ ]  Drill", (body, action) => tick(body, action, true))).toBe("* [x]  Drill");
    expect(edited("1. [X] Drill", (body, action) => tick(body, action, false))).toBe("1. [ ] Drill");
  });

  it("gives a bullet a box", () => {
    expect(edited("- Drill", (body, action) => tick(body, action, true))).toBe("- [x] Drill");
    expect(edited("2) Drill", (body, action) => tick(body, action, true))).toBe("2) [x] Drill");
    expect(edited("- Drill", (body, action) => tick(body, action, false))).toBe("- [ ] Drill");
  });

  it("fills the status of a row, and marks words that have no place for one", () => {
    const table = `${HEAD}| Action | Status |\r\n|---|---|\r\n| Drill | open |\r\n`;
    const ticked = tick(table, nth(table), true);

    expect(ticked).toBe(table.replace("| open |", "| Done |"));
    expect(nth(ticked).status).toBe("done");
    expect(tick(ticked, nth(ticked), false)).toBe(table.replace("| open |", "| Open |"));
    expect(edited("We will drill.", (body, action) => tick(body, action, true))).toBe("We will drill. ✅");
    expect(edited("We will drill.", (body, action) => tick(body, action, false))).toBe("We will drill.");
    expect(edited("### TODO Drill", (body, action) => tick(body, action, true))).toBe("### TODO Drill ✅");
  });
});

describe("setOwner", () => {
  it.each([
    ["- [ ] Drill", "- [ ] Drill @zoe"],
    ["- [ ] Drill @bob", "- [ ] Drill @zoe"],
    ["- [ ] Drill @bob (due 2026-12-01)", "- [ ] Drill @zoe (due 2026-12-01)"],
    ["- [ ] Drill (due 2026-12-01, detect)", "- [ ] Drill @zoe (due 2026-12-01, detect)"],
    ["- [ ] Drill (due 2026-12-01, @bob)", "- [ ] Drill (due 2026-12-01, @zoe)"],
    ["- Drill (GINA)", "- Drill @zoe"],
    ["- Drill [GINA, LEO]", "- Drill @zoe"],
    ["- **JP** drill", "- @zoe drill"],
    ["- @bob: drill", "- @zoe: drill"],
    ["- @bob to drill", "- @zoe to drill"],
    ["- Drill (owner: Bob Stone)", "- Drill (owner: @zoe)"],
    ["- Drill - done", "- Drill @zoe - done"],
    ["- [ ] ~~Drill~~ — dropped: no time", "- [ ] ~~Drill @zoe~~ — dropped: no time"],
    ["- Drill\r\n  twice a year", "- Drill\r\n  twice a year @zoe"],
    ["### TODO Drill ##", "### TODO Drill @zoe ##"],
  ])("writes into %j", (line, expected) => {
    expect(edited(line, (body, action) => setOwner(body, action, "zoe"))).toBe(expected);
    expect(nth(`${HEAD}${expected}\r\n`)).toMatchObject({ owner: "zoe", ownerKind: "login" });
  });

  it("fills the owner's cell, even an empty one, and takes a login with its sign", () => {
    const body = "| Action item | Owner | Due |\n|---|---|---|\n| Drill |  | 2026-12-01 |\n| Tag |Bob| |\n";

    expect(setOwner(body, nth(body), "@zoe")).toContain("| Drill | @zoe | 2026-12-01 |");
    expect(setOwner(body, nth(body, 1), "zoe")).toContain("| Tag |@zoe| |");
  });
});

describe("setDue", () => {
  it.each([
    ["- [ ] Drill @bob", "- [ ] Drill @bob (due 2027-03-04)"],
    ["- [ ] Drill @bob (due 2026-12-01, prevent)", "- [ ] Drill @bob (due 2027-03-04, prevent)"],
    ["- [ ] Drill (prevent)", "- [ ] Drill (due 2027-03-04, prevent)"],
    ["- Drill by 1 Dec 2026", "- Drill by 2027-03-04"],
    ["- Drill ✅", "- Drill (due 2027-03-04) ✅"],
    ["- [ ] ~~Drill~~ — n/a: host is gone", "- [ ] ~~Drill (due 2027-03-04)~~ — n/a: host is gone"],
  ])("writes into %j", (line, expected) => {
    expect(edited(line, (body, action) => setDue(body, action, "2027-03-04"))).toBe(expected);
    expect(nth(`${HEAD}${expected}\r\n`).due).toBe("2027-03-04");
  });

  it("fills the cell of a row", () => {
    const body = "| Action item | Due date |\n|---|---|\n| Drill | soon |\n";

    expect(setDue(body, nth(body), "2027-03-04")).toContain("| Drill | 2027-03-04 |");
  });
});

describe("dropAction and markNa", () => {
  it("strike the words out and say why", () => {
    expect(
      edited("- [ ] Drill @bob (due 2026-12-01)", (body, action) => dropAction(body, action, "too\n ~~dear~~ ")),
    ).toBe("- [ ] ~~Drill @bob (due 2026-12-01)~~ — dropped: too ~dear~");
    expect(edited("- Drill", (body, action) => markNa(body, action, "host is gone"))).toBe(
      "- ~~Drill~~ — n/a: host is gone",
    );
  });

  it("never open a fence", () => {
    expect(edited("- ~5 alerts a day are too many", (body, action) => dropAction(body, action, "no"))).toBe(
      "- ~~\\~5 alerts a day are too many~~ — dropped: no",
    );
    expect(edited("- ~~Drill~~ - done", (body, action) => dropAction(body, action, "no"))).toBe(
      "- ~~Drill - done~~ — dropped: no",
    );

    const body = `${HEAD}- ~5 alerts a day\r\n`;
    expect(nth(dropAction(body, nth(body), "no")).key).toBe(nth(body).key);
  });

  it("change the reason of what is struck out already", () => {
    expect(edited("- [ ] ~~Drill~~ — n/a: host is gone", (body, action) => dropAction(body, action, "no time"))).toBe(
      "- [ ] ~~Drill~~ — dropped: no time",
    );
  });

  it("strike out a row's action within its cell", () => {
    const body = "| Action item | Owner |\n|---|---|\n| Drill | Bob |\n";
    const after = dropAction(body, nth(body), "no time");

    expect(after).toContain("| ~~Drill~~ — dropped: no time | Bob |");
    expect(nth(after)).toMatchObject({ text: "Drill", owner: "Bob", status: "dropped", reason: "no time" });
  });

  it("keep owner, day and key readable", () => {
    const body = `${HEAD}- [ ] Drill @bob (due 2026-12-01, detect)\r\n`;
    const before = nth(body);

    expect(nth(markNa(body, before, "gone"))).toMatchObject({
      key: before.key,
      owner: "bob",
      due: "2026-12-01",
      type: "detect",
      status: "na",
      reason: "gone",
    });
  });
});

describe("addAction", () => {
  const drill = { text: "Drill  the\nrestore", owner: "@zoe", due: "2027-03-04", type: "prevent" };
  const written = "Drill the restore @zoe (due 2027-03-04, prevent)";

  it("opens a section where there is none", () => {
    expect(addAction("", { text: "Drill" })).toBe("## Preventive actions\n\n- [ ] Drill\n");
    expect(addAction("Words", drill)).toBe(`Words\n\n## Preventive actions\n\n- [ ] ${written}\n`);
    expect(addAction("Words\r\n", drill)).toBe(`Words\r\n\r\n## Preventive actions\r\n\r\n- [ ] ${written}\r\n`);
  });

  it("follows the last entry in its style", () => {
    expect(addAction(`${HEAD}* [x] Tag\r\n  - notes\r\n\r\n## Upstream\r\n`, drill)).toBe(
      `${HEAD}* [x] Tag\r\n  - notes\r\n* [ ] ${written}\r\n\r\n## Upstream\r\n`,
    );
    expect(addAction("## Actions\n\n1. Tag\n2. Fence\n", { text: "Drill" })).toBe(
      "## Actions\n\n1. Tag\n2. Fence\n3. [ ] Drill\n",
    );
    expect(addAction("## Actions\n\n1. Tag\n1. Fence", { text: "Drill" })).toBe(
      "## Actions\n\n1. Tag\n1. Fence\n1. [ ] Drill",
    );
    expect(addAction("- **Review actions**:\n  - Tag\n\n- **Contacts**:\n  - Bob\n", { text: "Drill" })).toBe(
      "- **Review actions**:\n  - Tag\n  - [ ] Drill\n\n- **Contacts**:\n  - Bob\n",
    );
  });

  it("takes the place of a lone placeholder", () => {
    expect(addAction("## Action items\n\n<!-- one a line -->\n\n- ...\n\n## Upstream\n", { text: "Drill" })).toBe(
      "## Action items\n\n<!-- one a line -->\n\n- [ ] Drill\n\n## Upstream\n",
    );
    expect(addAction("## Action items\n\n- [ ] TBD\n", { text: "Drill" })).toBe("## Action items\n\n- [ ] Drill\n");
  });

  it("stays in front of the comment that closes a marked block", () => {
    expect(addAction("## Preventive actions\n\n<!-- /sections -->\n", { text: "Drill" })).toBe(
      "## Preventive actions\n\n- [ ] Drill\n\n<!-- /sections -->\n",
    );
  });

  it("goes behind a table or a paragraph as a list of its own", () => {
    const table = "## Action items\n\n| Action | Owner |\n|---|---|\n| Tag | Bob |\n";

    expect(addAction(table, { text: "Drill" })).toBe(`${table.trimEnd()}\n\n- [ ] Drill\n`);
    expect(
      parseActions(addAction("## Action items\n\nTag the release.\n", { text: "Drill" })).map(({ text }) => text),
    ).toEqual(["Tag the release.", "Drill"]);
  });

  it("is not swallowed by a fence or comment that never closes", () => {
    for (const body of [
      "Words\n\n```\nlog",
      "## Action items\n\n<!-- never closed\n",
      "## Action items\n\n- Tag\n  ```\n  log",
    ]) {
      expect(parseActions(addAction(body, { text: "Drill" })).map(({ text }) => text)).toContain("Drill");
    }
  });
});
