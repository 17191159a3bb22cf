import { describe, expect, it } from "vitest";

import { addDays, isWorkingDay } from "../../../src/domain/day.ts";
import { DEFAULT_CONFIG } from "../../../src/domain/config.ts";
import type { PreventiveAction } from "../../../src/domain/preventive-action.ts";
import remindCommand from "../../../src/features/preventive-actions/commands/remind.ts";
import snooze from "../../../src/features/preventive-actions/commands/snooze.ts";
import { chooseReminders } from "../../../src/features/preventive-actions/reminders/choose.ts";
import { leadOf } from "../../../src/features/preventive-actions/reminders/lead.ts";
import { isWorkingTime, wantedOn } from "../../../src/features/preventive-actions/reminders/wanted.ts";
import remindOwners from "../../../src/features/preventive-actions/rules/remind-owners.ts";
import { plan } from "../../../src/plan/plan.ts";
import { createRender } from "../../../src/render/render.ts";
import { changesOf, planned, postmortemFacts } from "../../support/issue-facts.ts";
import { someAction, somePostmortem } from "../../support/postmortem-builders.ts";
import { someConfig } from "./sixty-days.ts";

/** The working days on which something is said, when nobody answers. */
function course(start: Partial<PreventiveAction>, [from, days]: [string, number], config = DEFAULT_CONFIG): string[] {
  let action = someAction({ owner: "ana", ...start });
  const said: string[] = [];
  for (let day = from; day < addDays(from, days); day = addDays(day, 1)) {
    const wanted = isWorkingDay(day, config.reminders.holidays) ? wantedOn(day, action, config) : undefined;
    if (wanted === undefined) continue;
    said.push(`${day} ${wanted}`);
    action =
      wanted === "remind"
        ? { ...action, reminded: [...action.reminded, day] }
        : { ...action, escalatedAt: `${day}T09:00:00.000Z` };
  }
  return said;
}

describe("when an action calls for a reminder", () => {
  it("three working days before, on the day, then ever more rarely, then once to the lead, then never", () => {
    expect(course({ due: "2026-09-10" }, ["2026-08-01", 365])).toEqual([
      "2026-09-07 remind",
      "2026-09-10 remind",
      "2026-09-15 remind",
      "2026-09-21 remind",
      "2026-09-30 escalate",
    ]);
  });

  it("on the next working day when the day itself is none", () => {
    const config = someConfig({ reminders: { holidays: ["2026-09-14"] } });

    expect(course({ due: "2026-09-12", reminded: ["2026-09-09"] }, ["2026-09-10", 8], config)).toEqual([
      "2026-09-15 remind",
    ]);
  });

  it("not before a snooze is over, and not at all without an owner or once settled", () => {
    expect(course({ due: "2026-09-10", snoozedUntil: "2026-10-01" }, ["2026-09-01", 33])).toEqual([
      "2026-10-01 remind",
    ]);
    expect(wantedOn("2026-09-10", someAction({ due: "2026-09-10" }), DEFAULT_CONFIG)).toBeUndefined();
    for (const status of ["ticked", "delivered", "dropped", "na"] as const)
      expect(course({ due: "2026-09-10", status }, ["2026-09-01", 90])).toEqual([]);
  });

  it("starts anew when the due day is moved", () => {
    const reminded = ["2026-09-07", "2026-09-10"];

    expect(course({ due: "2026-09-24", reminded }, ["2026-09-11", 18])).toEqual([
      "2026-09-21 remind",
      "2026-09-24 remind",
    ]);
  });
});

describe("working hours", () => {
  it.each([
    ["2026-10-23T06:59:00.000Z", "2026-10-23", false],
    ["2026-10-23T07:00:00.000Z", "2026-10-23", true],
    ["2026-10-23T15:00:00.000Z", "2026-10-23", false],
    // Two days later summer time is over.
    ["2026-10-26T07:30:00.000Z", "2026-10-26", false],
    ["2026-10-26T08:00:00.000Z", "2026-10-26", true],
    ["2026-10-25T10:00:00.000Z", "2026-10-25", false],
  ])("%s of %s in Berlin: %s", (now, today, works) => {
    expect(isWorkingTime(someConfig(), { now, today })).toBe(works);
  });
});

describe("whom to remind", () => {
  const settings = {
    config: someConfig(),
    functions: [{ name: "platform", people: ["ana"], affinity: [], lead: "lea" }],
  };

  it("counts mentions in all repositories of a tenant", () => {
    const action = someAction({ owner: "ana", due: "2026-11-20" });
    const postmortems = [
      somePostmortem({ number: 1, repo: "shop", mentions: [{ who: "Ana", day: "2026-11-16" }] }),
      somePostmortem({ number: 2, repo: "bank", actions: [action] }),
      somePostmortem({ number: 3, repo: "shop", actions: [{ ...action, due: "2026-11-10" }] }),
    ];
    const all = new Map(postmortems.map(({ ref }) => [ref.repositoryId, settings]));

    const chosen = chooseReminders(
      { postmortems, settings: all },
      { day: "2026-11-20", now: "2026-11-20T09:00:00.000Z" },
    );

    expect(chosen.map(({ postmortem }) => postmortem.ref.number)).toEqual([3]);
  });

  it("leaves out what is frozen, silenced, dry or unreadable", () => {
    const actions = [someAction({ owner: "ana", due: "2026-11-20" })];
    const at = { day: "2026-11-20", now: "2026-11-20T09:00:00.000Z" };
    const chosen = (overrides: object, config = someConfig()): number => {
      const one = somePostmortem({ actions, ...overrides });
      return chooseReminders(
        { postmortems: [one], settings: new Map([[one.ref.repositoryId, { ...settings, config }]]) },
        at,
      ).length;
    };

    expect(chosen({})).toBe(1);
    expect(chosen({ frozen: true })).toBe(0);
    expect(chosen({ remind: false })).toBe(0);
    expect(chosen({}, someConfig({ mode: "quiet" }))).toBe(0);
    expect(chosen({}, someConfig({ reminders: { enabled: false } }))).toBe(0);
    expect(chooseReminders({ postmortems: [somePostmortem({ actions })], settings: new Map() }, at)).toEqual([]);
  });

  it("turns to the lead of the owner's seat, of the owner's function, or of any", () => {
    const functions = [
      { name: "product", people: ["gus"], affinity: [], lead: "hana" },
      { name: "platform", people: ["ana"], affinity: [], lead: "lea" },
    ];
    const seat = { function: "product", login: "ana", by: "app" as const, at: "", candidates: [] };

    expect(leadOf("Ana", somePostmortem(), functions)).toBe("lea");
    expect(leadOf("ana", somePostmortem({ team: [seat] }), functions)).toBe("hana");
    expect(leadOf("nobody", somePostmortem(), functions)).toBe("hana");
    expect(leadOf("ana", somePostmortem(), [])).toBeUndefined();
  });
});

describe("a reminder that comes to be said", () => {
  const NOW = "2026-11-20T09:00:00.000Z";
  const BODY = "## Preventive actions\n\n- [ ] Alert on snapshot age @ana (due 2026-11-20)\n";

  function said(
    change: { body?: string; now?: string; labels?: string[]; config?: object; mentionable?: string[] } = {},
  ): string[] {
    const { body = BODY, now = NOW, labels = [], config = {}, mentionable = ["ana"] } = change;
    const facts = postmortemFacts({
      now,
      today: now.slice(0, 10),
      event: {
        kind: "remind-due",
        day: "2026-11-20",
        remind: [{ owner: "ana", keys: ["alert-on-snapshot-age"] }],
        escalate: [],
      },
      config: someConfig(config),
      issue: { body, labels },
      mentionable,
    });
    return plan(facts, { commands: [], rules: [remindOwners] }).flatMap((one) =>
      one.kind === "put-comment" && one.call.template === "preventive-actions/reminder"
        ? one.call.view.groups.map(({ who = "", mentioned }) => `${mentioned ? "@" : ""}${who}`)
        : [],
    );
  }

  it("mentions its owner, or names somebody who has no part in the repository", () => {
    expect(said()).toEqual(["@ana"]);
    expect(said({ mentionable: [] })).toEqual(["ana"]);
  });

  it.each([
    ["the action was done meanwhile", { body: BODY.replace("[ ]", "[x]") }],
    ["it has another owner now", { body: BODY.replace("@ana", "@ben") }],
    ["it is due later now", { body: BODY.replace("2026-11-20", "2026-12-24") }],
    ["the line is gone", { body: "## Preventive actions\n" }],
    ["it came late in the evening", { now: "2026-11-20T19:00:00.000Z" }],
    ["it came a day late", { now: "2026-11-23T09:00:00.000Z" }],
    ["the issue is frozen", { labels: ["lifecycle/frozen"] }],
    ["reminders were turned off", { config: { reminders: { enabled: false } } }],
    ["the app is to be quiet", { config: { mode: "quiet" } }],
  ])("is not said when %s", (_, change) => {
    expect(said(change)).toEqual([]);
  });
});

describe("asking for time", () => {
  const body = "## Preventive actions\n\n- [ ] Alert on snapshot age @ana (due 2026-12-24)\n";
  const facts = postmortemFacts({ issue: { body } });

  it.each([
    ["snooze 1 3d", "2026-11-23"],
    ["snooze 1 2w", "2026-12-04"],
    ["snooze 1 until 2026-12-01", "2026-12-01"],
  ])("%s: silent until %s", (line, until) => {
    const [saved] = changesOf(planned(snooze, line, facts), "save-postmortem");

    expect(saved?.postmortem.actions[0]?.snoozedUntil).toBe(until);
  });

  it.each(["snooze 1 until 2026-11-01", "snooze 1 soon", "snooze 2 3d", "snooze 1 until 2028-01-01", "snooze 1"])(
    "%s is refused with the way out",
    (line) => {
      expect(planned(snooze, line, facts)).toHaveProperty("sentence");
    },
  );

  it("is taken back by off, and by asking for a reminder", () => {
    const [first] = changesOf(planned(snooze, "snooze 1 3d", facts), "save-postmortem");
    const snoozed = postmortemFacts({
      issue: { body },
      ...(first === undefined ? {} : { postmortem: first.postmortem }),
    });

    const [off] = changesOf(planned(snooze, "snooze 1 off", snoozed), "save-postmortem");
    const [asked] = changesOf(planned(remindCommand, "remind 1", snoozed), "save-postmortem");

    expect(off?.postmortem.actions[0]).not.toHaveProperty("snoozedUntil");
    expect(asked?.postmortem.actions[0]).not.toHaveProperty("snoozedUntil");
    expect(asked?.postmortem.actions[0]?.remindNext).toBe(true);
  });
});

describe("the words of reminders", () => {
  it("mention who may be mentioned, and nobody else, whatever the action says", () => {
    const action = {
      text: "Ask @acme/everyone <!-- x -->",
      mark: "open",
      supplied: false,
      overdue: true,
      due: "2026-11-01",
      place: 2,
      times: 3,
    };
    const render = createRender();
    const groups = [
      { who: "ana", mentioned: true, actions: [action] },
      { who: "stranger", mentioned: false, actions: [action] },
    ];

    const text = render({ template: "preventive-actions/reminder", view: { day: "2026-11-20", groups } });
    const escalated = render({
      template: "preventive-actions/escalated",
      view: { day: "2026-11-20", groups: [{ mentioned: false, actions: [action] }] },
    });

    const spoken = `${text}${escalated}`.replaceAll(/`[^`]*`/gu, "");
    expect([...spoken.matchAll(/@(?=\w)[\w/]+/gu)].map(([mention]) => mention)).toEqual(["@ana"]);
    expect(spoken).not.toContain("<!--");
  });
});
