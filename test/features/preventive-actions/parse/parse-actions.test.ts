import { describe, expect, it } from "vitest";

import { keyOf, parseActions } from "../../../../src/features/preventive-actions/parse/parse-actions.ts";
import type { ParsedAction } from "../../../../src/features/preventive-actions/parse/parsed-action.ts";

function texts(body: string): string[] {
  return parseActions(body).map(({ text }) => text);
}

function only(body: string): ParsedAction {
  const [action, ...rest] = parseActions(body);
  expect(rest).toEqual([]);
  if (action === undefined) throw new Error(`No action was read from:\n${body}`);
  return action;
}

function entry(line: string): ParsedAction {
  return only(`## Preventive actions\n\n- ${line}\n`);
}

describe("where actions stand", () => {
  it.each([
    "## Preventive actions",
    "## 🛠️ Preventive actions",
    "## corrective actions",
    "# Action Items #",
    "### 7. Action items:",
    "Follow-ups\n----------",
    "## Follow-up actions",
    "## Corrective and Preventative Measures",
    "## Next steps",
    "## Remediation",
    "## Improvements",
    "## Future actions",
    "## Resulting Action",
    "## Actions",
    "## Actions following review",
    "## How do we keep this from happening again, and how will we do better in the future?",
    "## How are we going to do better?",
    "## How do we prevent this from happening again?",
    "**Action items**",
    "**Review actions:**",
    "What could be done to prevent relapse and shorten the outage:",
    "Follow-ups:",
    "Action Items",
    "Some words about the day.\nCorrective actions:",
  ])("finds them below %j", (heading) => {
    expect(texts(`Intro.\n\n${heading}\n\n- Fence the pool\n- Tag the release\n`)).toEqual([
      "Fence the pool",
      "Tag the release",
    ]);
  });

  it.each([
    "## Actions taken",
    "## Action taken",
    "## Actions completed",
    "## Immediate actions taken",
    "### Tasks and updates",
    "## Definition of done",
    "## Timeline",
    "## Lessons learned",
    "## Stabilisation steps",
    "## What went well",
    "**Key events**",
    "What went wrong:",
    "## Checklist before closing",
  ])("finds none below %j", (heading) => {
    expect(texts(`${heading}\n\n- [ ] Fence the pool\n- Tag the release\n`)).toEqual([]);
  });

  it("ends a section at the next heading of its depth and keeps sub-headings as labels", () => {
    const body =
      "## Action items ##\n\n### Upstream ###\n\n1. Report it\n\n### Docs ###\n\n1. Write it down\n\n## Timeline ##\n\n1. 10:00 down\n";

    expect(parseActions(body).map(({ text, under }) => [text, under])).toEqual([
      ["Report it", "Upstream"],
      ["Write it down", "Docs"],
    ]);
  });

  it("passes over a part of the section that tells of work already done in the incident", () => {
    const body = "## Actions\n\n### Actions taken\n\n- Restarted the hub\n\n### Follow-ups\n\n- Raise the limit\n";

    expect(texts(body)).toEqual(["Raise the limit"]);
  });

  it("reads the list nested below a bold bullet, and passes over its neighbours", () => {
    const body =
      "- **Impact**:\n  - Logins failed\n\n- **Review actions**:\n  - Test the alarm\n  - Rotate keys\n\n- **Contacts**:\n  - Night shift\n";

    expect(texts(body)).toEqual(["Test the alarm", "Rotate keys"]);
  });

  it("reads an unindented numbered list below a bold bullet, without its details", () => {
    const body =
      "- **Review actions**:\n\n1. Audit tokens\n    1. in vaults\n    2. in pipelines\n2. Ignore plan files\n";

    expect(texts(body)).toEqual(["Audit tokens", "Ignore plan files"]);
  });

  it("reads words behind a label on the same line", () => {
    expect(
      texts("- **Impact**: logins failed\n- **Review actions**: Test the alarm\n- **Contacts**: night shift\n"),
    ).toEqual(["Test the alarm"]);
    expect(texts("**Action items:** Rotate the keys.\n")).toEqual(["Rotate the keys."]);
    expect(texts("**Action items:** we agreed on\nthese:\n\n- Tag it\n")).toEqual(["Tag it"]);
  });

  it("takes a bold command with a list below for an action, and a bold topic for a label", () => {
    const body =
      "**Action items**\n\n- **Move the tests**\n  - to the new pool\n- **Disk**:\n  - Watch it\n- **Tag it**: at once\n";

    expect(texts(body)).toEqual(["Move the tests", "Watch it", "Tag it: at once"]);
  });

  it("reads headings in some other languages", () => {
    expect(texts("## Maßnahmen\n\n- Alarm einrichten\n")).toEqual(["Alarm einrichten"]);
    expect(texts("## 再発防止策\n\n- [ ] 監視を追加 @taro\n")).toEqual(["監視を追加"]);
  });

  it("counts a nested entry that has a box of its own", () => {
    expect(texts("## Follow-ups\n\n- [ ] Split the pool\n  - notes on how\n  - [ ] Move the tests\n")).toEqual([
      "Split the pool",
      "Move the tests",
    ]);
  });

  it("ends a labelled list at the next label", () => {
    const body = "What can we do to prevent this again:\n- [ ] Watch the disk\n\nTimeline UTC:\n- 10:00 disk full\n";

    expect(texts(body)).toEqual(["Watch the disk"]);
  });

  it("leaves out code, quotes, comments and front matter", () => {
    const body = `## Preventive actions\n\n\`\`\`\n- [ ] in a fence\n\`\`\`\n\n> - [ ] quoted\n\n<!--\n- [ ] hidden\n-->\n\n- [ ] real\n\n    - [ ] not code, but a detail`;

    expect(texts(body)[0]).toBe("real");
    expect(texts(body)).not.toContain("in a fence");
    expect(texts(body)).not.toContain("quoted");
    expect(texts(body)).not.toContain("hidden");
  });

  it("leaves out a template folded away in a fence", () => {
    const body =
      "### Summary\n\nDown.\n\n<details>\n<summary>Template</summary>\n\n```\n## Action items\n\n1. {{ summary }} [link to issue]\n```\n\n</details>\n";

    expect(texts(body)).toEqual([]);
  });

  it.each([
    "...",
    "…",
    "TBD",
    "TODO",
    "None.",
    "N/A",
    "n/a",
    "{{ summary }} [link]",
    "_None_",
    "Action 1",
    "Nothing needed",
    "<describe it>",
    "<!-- one -->",
    "No follow-ups needed.",
  ])("takes %j for a placeholder", (words) => {
    expect(texts(`## Action items\n\n- ${words}\n`)).toEqual([]);
    expect(texts(`## Action items\n\n${words}\n`)).toEqual([]);
  });

  it("leaves out what is ticked about the report itself", () => {
    const body =
      "# Actions\n\n- [x] Incident has been dealt with or is over\n- [x] Sections above are filled out\n- [ ] All actionable items above have linked issues\n";

    expect(texts(body)).toEqual([]);
  });
});

describe("prose", () => {
  it("takes paragraphs that state something to do where there is no list", () => {
    const body =
      "## Future measures\n\nNobody could have known.\n\nWe will limit uploads per hour.\n\nReview the wording of the policy.\n\nPeople were upset, which we regret.\n";

    expect(texts(body)).toEqual(["We will limit uploads per hour.", "Review the wording of the policy."]);
  });

  it("takes the only paragraph of a section", () => {
    expect(texts("## Corrective measures\n\nA **pull-through cache** in front of the registry\n")).toEqual([
      "A pull-through cache in front of the registry",
    ]);
  });

  it("leaves out the words that introduce a list and a template's advice", () => {
    const body =
      "## Action items\n\nEvery action should have an issue, so it is not forgotten.\n\n### Process\n\nWe agreed on these:\n\n- Page two people\n";

    expect(texts(body)).toEqual(["Page two people"]);
  });

  it("leaves out a narrative below a sub-heading beside lists of actions, and a pointer elsewhere", () => {
    const body =
      "## Action items\n\n### Investigation\n\nThe outage seemed to come from a node.\n\n### Process\n\n1. Page two people\n";

    expect(texts(body)).toEqual(["Page two people"]);
    expect(texts("## Actions\n\nRefer to the security repository for details.\n")).toEqual([]);
  });

  it("takes a numbered or TODO sub-heading for the action its prose explains", () => {
    const body =
      "# Resulting actions\n\n#### 1) Plan the move\n\n`@ann` is on it.\n\n#### 2) TODO Find a tool\n\nWe need one.\n";

    expect(parseActions(body).map(({ text, kind }) => [text, kind])).toEqual([
      ["Plan the move", "heading"],
      ["Find a tool", "heading"],
    ]);
  });

  it("reads plain text without marks", () => {
    const body = "Action Items\n\nCreate an alert for nodes that\ncannot join.\n\nDocument what start-up depends on.\n";

    expect(texts(body)).toEqual(["Create an alert for nodes that cannot join.", "Document what start-up depends on."]);
  });

  it("reads initials in bold before or behind a paragraph, with a list as its details", () => {
    const body = "## Actions\n\n**JP** Show badges for:\n- the build\n- the tests\n\nSpeed up the rollout. **RK**/AC\n";

    expect(parseActions(body).map(({ text, owner }) => [text, owner])).toEqual([["Show badges for", "JP"]]);
    expect(entry("Speed up the rollout. **RK**/AC")).toMatchObject({ text: "Speed up the rollout.", owner: "RK" });
  });
});

describe("tables", () => {
  it("reads action, owner, type and status by the heads of their columns", () => {
    const body =
      "## Action Items\n\n|**Action Item**|**Type**|**Owner**|**Status**|\n|:-|:-|:-|:-|\n|Go back to `overlay`|mitigate|ola|**DONE**|\n|Copy the disk|mitigate|kim,ola|**FAILED**|\n|Use a VM|prevent|@kim|<https://example.org/3>|\n";

    expect(parseActions(body)).toMatchObject([
      { text: "Go back to `overlay`", type: "mitigate", owner: "ola", ownerKind: "name", status: "done" },
      { text: "Copy the disk", owner: "kim,ola", status: "dropped" },
      {
        text: "Use a VM",
        type: "prevent",
        owner: "kim",
        ownerKind: "login",
        status: "open",
        links: ["https://example.org/3"],
      },
    ]);
  });

  it("reads padded cells, dates in words and Windows line endings", () => {
    const body =
      "## Corrective Actions\r\n\r\nWe do these:\r\n\r\n| Action        | Expected Date | Status |\r\n|---------------|---------------|--------|\r\n| Close port 1  |  Jul 16, 2026 |  Done  |\r\n| Audit hosts   |  3 Aug 2026   |        |\r\n";

    expect(parseActions(body)).toMatchObject([
      { text: "Close port 1", due: "2026-07-16", status: "done" },
      { text: "Audit hosts", due: "2026-08-03", status: "open" },
    ]);
  });

  it("reads DONE behind a bug's number", () => {
    const body =
      "## Action items\n\n| Action item | Owner | Bug |\n|---|---|---|\n| Page two | ann | n/a **DONE** |\n| Tag it | bob | #5 **TODO** |\n";

    expect(parseActions(body).map(({ status }) => status)).toEqual(["done", "open"]);
  });

  it("knows a table of actions by its head alone, and no other table", () => {
    expect(texts("| Action item | Owner |\n|---|---|\n| Plan it | Squad |\n")).toEqual(["Plan it"]);
    expect(texts("| Time | Event |\n|---|---|\n| 10:00 | Down |\n")).toEqual([]);
    expect(texts("| Time | Action | Who |\n|---|---|---|\n| 10:00 | Restart | ann |\n")).toEqual([]);
  });
});

describe("owner, day, type, status", () => {
  it.each([
    ["Alert on age @alice", "alice", "login"],
    ["[ ] Alert on age | @al-ice", "al-ice", "login"],
    ["Alert on age (@alice)", "alice", "login"],
    ["Alert on age `@alice`", "alice", "login"],
    ["@alice: alert on age", "alice", "login"],
    ["@alice to alert on age", "alice", "login"],
    ["Alert on age @acme/sre", "acme/sre", "login"],
    ["Alert on age @alice https://example.org/1", "alice", "login"],
    ["Alert on age — owner: Bob Stone", "Bob Stone", "name"],
    ["Alert on age (Owner: @alice)", "alice", "login"],
    ["Alert on age (GINA)", "GINA", "name"],
    ["Alert on age (GINA) [OPS-31](https://example.org/OPS-31)", "GINA", "name"],
    ["Alert on age [GINA, LEO]", "GINA, LEO", "name"],
    ["Alert on age (GINA DONE)", "GINA", "name"],
    ["**JP** alert on age", "JP", "name"],
    ["Alert on age **JP**", "JP", "name"],
    ["Alert on age **AG - for planning**", "AG", "name"],
  ])("reads the owner of %j", (line, owner, ownerKind) => {
    expect(entry(line)).toMatchObject({ owner, ownerKind });
    expect(entry(line).text.toLowerCase()).toBe("alert on age");
  });

  it.each([
    "Raise the limit (AWS)",
    "Ask the TTL question [API]",
    "Mail team@example.org",
    "Pin @scope/pkg to 1.2 before the release",
    "Tell @alice about the quota first",
    "Move to EKS (DONE)",
    "**Redis isolation**: split it",
  ])("names nobody for %j", (line) => {
    expect(entry(line).owner).toBeUndefined();
  });

  it("gives a bold line of initials to the bullets below it, and a topic to none", () => {
    const body =
      "## Actions\n\n**For planning**\n- Trim the output\n\n**RK**\n- Survive a key change\n- Tell support @ann\n";

    expect(parseActions(body).map(({ text, owner }) => [text, owner])).toEqual([
      ["Trim the output", undefined],
      ["Survive a key change", "RK"],
      ["Tell support", "ann"],
    ]);
  });

  it.each([
    "Alert on age (due 2026-12-01, prevent)",
    "Alert on age (prevent, due: 2026-12-01)",
    "Alert on age (2026-12-01)",
    "Alert on age due 2026-12-01",
    "Alert on age by 1 December 2026",
    "Alert on age 📅 2026-12-01",
    "Alert on age, ETA Dec 1st, 2026",
  ])("reads the day of %j", (line) => {
    expect(entry(line)).toMatchObject({ text: "Alert on age", due: "2026-12-01" });
  });

  it.each(["Alert on age (due 2026-02-31)", "Alert on age as on 2026-12-01 in the log", "Alert on age by 12/01/2026"])(
    "reads no day in %j",
    (line) => {
      expect(entry(line).due).toBeUndefined();
    },
  );

  it.each([
    ["[ ] Alert on age", "open"],
    ["[x] Alert on age", "done"],
    ["[X] Alert on age", "done"],
    ["✅ Alert on age", "done"],
    ["Alert on age ✔️", "done"],
    ["Alert on age :white_check_mark:", "done"],
    ["Alert on age - done", "done"],
    ["Alert on age – done in https://example.org/pull/3", "done"],
    ["Alert on age (Done!)", "done"],
    ["Alert on age **DONE**", "done"],
    ["Alert on age. DONE in [PR #3](https://example.org/3)", "done"],
    ["[DONE] Alert on age", "done"],
    ["DONE: Alert on age", "done"],
    ["Alert on age when the job is done", "open"],
    ["~~Alert on age~~", "dropped"],
    ["[x] ~~Alert on age~~", "done"],
    ["~~Alert on age~~ — dropped: too dear", "dropped"],
    ["[ ] ~~Alert on age @alice (due 2026-12-01)~~ — n/a: host is gone", "na"],
    ["Alert on age (won't do)", "dropped"],
    ["We've raised the limit", "done"],
    ["Added an alert on age", "done"],
    ["Created a [ticket](https://example.org/4) to alert on age", "open"],
  ])("reads the status of %j", (line, status) => {
    expect(entry(line).status).toBe(status);
  });

  it("keeps the reason of what was dropped", () => {
    expect(entry("~~Alert on age @alice~~ — dropped: the disk is\n  gone")).toMatchObject({
      text: "Alert on age",
      owner: "alice",
      status: "dropped",
      reason: "the disk is gone",
    });
  });

  it("takes a section's word for what is done", () => {
    const body =
      "## Action items\n\n### Immediate (Completed)\n\n- Time-outs moved to settings\n\n### Short-term\n\n- Pools of their own\n";

    expect(parseActions(body).map(({ status }) => status)).toEqual(["done", "open"]);
  });

  it("takes a tick in front of a heading for an ornament and behind it for a mark", () => {
    expect(only("## ✅ Action items\n\n- Tag it\n").status).toBe("open");
    expect(only("## Action items\n\n### This week ✅\n\n- Tag it\n").status).toBe("done");
  });

  it.each([
    ["Alert on age (detect)", "detect"],
    ["Prevent: pin the version", "prevent"],
    ["[mitigate] Fail over by hand", "mitigate"],
    ["Prevent the pool from filling", undefined],
  ])("reads the type of %j", (line, type) => {
    expect(entry(line).type).toBe(type);
  });

  it("takes the type from the sub-heading", () => {
    expect(only("## Action items\n\n### Detection\n\nAdd a probe.\n").type).toBe("detect");
    expect(only("## Action items\n\n### Better detection\n\n- Add a probe\n").type).toBe("detect");
  });
});

describe("words and links", () => {
  it("makes one line of a hard-wrapped entry and keeps code as it is", () => {
    expect(entry("**Introduce a cache.** It sits\n  in front of `*.example.org`\n\tand __saves__ calls.").text).toBe(
      "Introduce a cache. It sits in front of `*.example.org` and saves calls.",
    );
  });

  it("keeps a link that stands between the words and the owner", () => {
    expect(entry("Fix: [the probe](https://example.org/1) @alice")).toMatchObject({
      text: "Fix: the probe",
      owner: "alice",
    });
  });

  it("drops a link that only says where it is tracked, and keeps one within the sentence", () => {
    expect(entry("Fix the redirect. [Issue](https://example.org/17)").text).toBe("Fix the redirect.");
    expect(entry("Follow [the bug](https://example.org/1) upstream").text).toBe("Follow the bug upstream");
    expect(entry("[Limit SSH](https://example.org/5)").text).toBe("Limit SSH");
    expect(entry("[ ] https://example.org/issues/9").text).toBe("https://example.org/issues/9");
  });

  it("lists addresses and references once each, in order", () => {
    expect(entry("Add [#12]: see acme/shop#3, https://example.org/a_(b), #12 and `#9`").links).toEqual([
      "#12",
      "acme/shop#3",
      "https://example.org/a_(b)",
    ]);
  });

  it("gives the exact source range, the box and the line", () => {
    const body = "# X\r\n\r\n## Action items\r\n\r\n1. [ ] 🔥 Drill @alice\r\n   - details\r\n2.\t[x] Next\r\n";
    const [first, second] = parseActions(body);

    expect(first).toMatchObject({ line: 5, box: { checked: false } });
    expect(body.slice(first?.start, first?.end)).toBe("[ ] 🔥 Drill @alice");
    expect(body.slice(second?.start, second?.end)).toBe("[x] Next");
    expect(body.charAt(second?.box?.start ?? 0)).toBe("x");
  });
});

describe("keys", () => {
  it("stay the same when an owner, a day or a tick is added", () => {
    expect(entry("[x] Alert on age @alice (due 2026-12-01)").key).toBe(entry("Alert on **age**").key);
  });

  it("tell repeats and long texts apart", () => {
    const long = "raise the limit ".repeat(9);

    expect(parseActions("## Action items\n\n- Test it\n- Test it\n- Test it 2\n").map(({ key }) => key)).toEqual([
      "test-it",
      "test-it-2",
      "test-it-2-2",
    ]);
    expect(keyOf(`${long} a`)).not.toBe(keyOf(`${long} b`));
    expect(keyOf(long).length).toBeLessThanOrEqual(56);
    expect(keyOf("!!!")).toBe("action");
    expect(keyOf("监控 磁盘")).toBe("监控-磁盘");
  });
});

describe("long bodies", () => {
  const full = (part: string): string => part.repeat(Math.ceil(65_536 / part.length)).slice(0, 65_536);

  it.each([
    "- [ ] Drill\n",
    "- [ ] Drill\r\n  - [x] twice\r\n",
    "> ",
    ">",
    "1. ",
    "- ",
    "*a **b",
    "[a](",
    "| a ",
    "~~",
    "- - [ ] a\n",
    "<!-- ",
    "```\n",
    "(due 2026-12-01, ",
    "**A** ",
    "@a ",
    "\t",
    "#",
    "# Action items\n",
  ])("of 65,536 characters of %j are read", (part) => {
    const actions = parseActions(`## Action items\n\n${full(part)}`);

    expect(actions.every(({ start, end }) => start < end)).toBe(true);
  });
});
