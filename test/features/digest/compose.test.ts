// oxlint-disable max-params -- examples read best on one line
import { describe, expect, it } from "vitest";

import { compose } from "../../../src/features/digest/compose.ts";
import { someYear } from "../../support/digest-year.ts";
import { CATEGORIES, daysBefore, someAction, somePostmortem, weekFacts } from "../../support/postmortem-builders.ts";

const many = (n: number, of: Parameters<typeof somePostmortem>[0], daysAgo: (index: number) => number, first = 1) =>
  Array.from({ length: n }, (_, index) =>
    somePostmortem({ number: first + index, openedAt: daysBefore(daysAgo(index)), ...of }),
  );

describe("compose", () => {
  it("gives the same view, byte for byte, whatever the order of the facts", () => {
    const facts = someYear();
    const shuffled = { ...facts, postmortems: facts.postmortems.toReversed() };

    expect(JSON.stringify(compose(shuffled))).toBe(JSON.stringify(compose(facts)));
  });

  it("gives the same view when it is made again later", () => {
    const later = compose(someYear({ now: "2026-11-18T20:00:00.000Z" }));

    expect(JSON.stringify(later)).toBe(JSON.stringify(compose(someYear())));
  });

  it("counts the first instant of the week and not the first after it", () => {
    const { from, until } = weekFacts().week;
    const postmortems = [somePostmortem({ number: 1, openedAt: from }), somePostmortem({ number: 2, openedAt: until })];

    expect(compose(weekFacts({ postmortems })).opened.n).toBe(1);
  });

  it("always has rows for what has no category and what has several", () => {
    const view = compose(
      weekFacts({
        postmortems: [
          somePostmortem({ category: "gone" }),
          somePostmortem({ number: 2, category: "dns", contributing: ["ingress"] }),
        ],
      }),
    );

    expect([view.uncategorised.period.n, view.several.period.n, view.all.period.n]).toEqual([1, 1, 2]);
    expect(view.severalList).toMatchObject([{ main: "Networking and DNS", others: ["Ingress"] }]);
  });

  it("leaves drills out of everything", () => {
    const view = compose(
      weekFacts({ postmortems: [somePostmortem({ drill: true, category: "dns", actions: [someAction()] })] }),
    );

    expect(view.empty).toBe(true);
    expect([view.n.n, view.ledger.open]).toEqual([0, 0]);
  });

  it("says that it is empty before the first postmortem", () => {
    expect(compose(weekFacts()).empty).toBe(true);
  });

  it("mentions what was withheld only from three on", () => {
    expect(compose(weekFacts({ withheld: 2 })).withheld).toBeUndefined();
    expect(compose(weekFacts({ withheld: 3 })).withheld).toBe(3);
  });

  it("counts restricted incidents and names nothing of them", () => {
    const secret = {
      title: "Secret leak",
      url: "https://github.com/acme/incidents/issues/77",
      restricted: true,
      severity: 1,
      category: "dns",
      contributing: ["ingress"],
      publishedAt: daysBefore(2),
      reviewedAt: daysBefore(2),
      actions: [
        someAction({ text: "Hush this up", due: "2026-11-01" }),
        someAction({ text: "Hush was delivered", status: "delivered", settledAt: daysBefore(30) }),
        someAction({ text: "Hush was dropped", status: "dropped", settledAt: daysBefore(3) }),
      ],
    } as const;
    const postmortems = [
      ...many(12, { ...secret, contributing: ["ingress"], actions: [...secret.actions] }, (n) => 3 + n * 30),
      somePostmortem({ number: 200, category: "dns", title: "An open one", actions: [someAction()] }),
    ];

    const text = JSON.stringify(compose(weekFacts({ postmortems })));

    expect(text).not.toMatch(/Secret leak|Hush|issues\/77/u);
    expect(text).toContain("An open one");
    expect(compose(weekFacts({ postmortems })).restricted?.n).toBe(12);
  });
});

describe("do next", () => {
  it("has five rows at most, grave overdue actions first, and counts the rest", () => {
    const overdue = (n: number, severity: 1 | 2 | 3 | 4) =>
      somePostmortem({
        number: n,
        severity,
        category: "dns",
        openedAt: daysBefore(5),
        actions: [someAction({ due: "2026-11-01" })],
      });
    const postmortems = [overdue(1, 4), overdue(2, 1), overdue(3, 2), overdue(4, 2), overdue(5, 2), overdue(6, 3)];

    const { next, nextMore } = compose(weekFacts({ postmortems }));

    expect(next.map(({ what }) => what.at(-1))).toEqual(["1", "2", "2", "2", "3"]);
    expect(next[0]?.age).toBe("15 days overdue");
    expect(nextMore).toBe(1);
  });

  it("keeps room for an empty seat and a missing review", () => {
    const grave = Array.from({ length: 6 }, (_, n) =>
      somePostmortem({
        number: n + 1,
        severity: 1,
        category: "dns",
        openedAt: daysBefore(5),
        actions: [someAction({ due: "2026-11-01" })],
      }),
    );
    const seat = {
      function: "network",
      vacant: "Everybody is away.",
      by: "app" as const,
      at: daysBefore(3),
      candidates: [],
    };
    const vacant = somePostmortem({ number: 20, category: "dns", team: [seat] });
    const forgotten = somePostmortem({ number: 21, severity: 2, category: "dns", openedAt: daysBefore(20) });

    const { next } = compose(weekFacts({ postmortems: [...grave, vacant, forgotten] }));

    expect(next.map(({ what }) => what)).toEqual([
      "Overdue action, severity 1",
      "Overdue action, severity 1",
      "Overdue action, severity 1",
      "Nobody sits for network",
      "Not yet in review",
    ]);
  });

  it("is not troubled by what is due today, settled or closed and reviewed", () => {
    const postmortems = [
      somePostmortem({
        category: "dns",
        severity: 1,
        actions: [someAction({ due: "2026-11-16" }), someAction({ text: "Done", due: "2026-11-01", status: "ticked" })],
      }),
      somePostmortem({ number: 2, severity: 1, issueState: "closed", openedAt: daysBefore(100) }),
    ];

    expect(compose(weekFacts({ postmortems })).next).toEqual([]);
  });
});

describe("what we already knew", () => {
  it("counts the new ones that meet an earlier action still open or dropped, and names the oldest", () => {
    const earlier = somePostmortem({
      number: 1,
      category: "ingress",
      openedAt: daysBefore(100),
      actions: [someAction({ text: "Split the controllers", since: "2026-08-08" })],
    });
    const postmortems = [earlier, ...many(3, { category: "ingress" }, (n) => 1 + n, 10)];

    const { hotspotNotes } = compose(weekFacts({ postmortems }));

    expect(hotspotNotes[0]?.known).toMatchObject({
      met: 3,
      of: 3,
      oldest: { text: "Split the controllers", age: "100 days", state: "open" },
    });
  });

  it.each(["delivered", "ticked", "na"] as const)("is silent when the earlier action is %s", (status) => {
    const earlier = somePostmortem({
      number: 1,
      category: "ingress",
      openedAt: daysBefore(100),
      actions: [someAction({ status, since: "2026-08-08" })],
    });

    const { hotspotNotes } = compose(
      weekFacts({ postmortems: [earlier, ...many(1, { category: "ingress" }, () => 1, 10)] }),
    );

    expect(hotspotNotes[0]?.known).toBeUndefined();
  });

  it("is silent about other categories and about actions written later", () => {
    const postmortems = [
      somePostmortem({ number: 1, category: "dns", openedAt: daysBefore(100), actions: [someAction()] }),
      somePostmortem({
        number: 2,
        category: "ingress",
        openedAt: daysBefore(100),
        actions: [someAction({ since: "2026-11-15" })],
      }),
      somePostmortem({ number: 3, category: "ingress", openedAt: daysBefore(5) }),
    ];

    const note = compose(weekFacts({ postmortems })).hotspotNotes.find(({ title }) => title === "Ingress");

    expect(note?.known).toBeUndefined();
  });
});

describe("what changed", () => {
  const first = somePostmortem({ number: 9000, category: "other", openedAt: daysBefore(365) });
  const weekly = (perWeek: number) =>
    many(perWeek * 51, { category: "dns", issueState: "closed" }, (n) => 8 + 7 * Math.floor(n / perWeek), 1000);

  it.each([
    [2, 5, false],
    [2, 6, true],
    [4, 8, false],
    [4, 9, true],
    [6, 10, false],
    [6, 11, true],
    [10, 15, false],
    [10, 16, true],
  ])("with %i a week before, %i in the week is beyond the usual: %s", (perWeek, now, isBeyond) => {
    const { changed } = compose(
      weekFacts({ postmortems: [first, ...weekly(perWeek), ...many(now, { category: "dns" }, () => 2)] }),
    );

    expect(changed.map(({ title }) => title)).toEqual(isBeyond ? ["Networking and DNS"] : []);
    expect(changed.map(({ count, before, weeks, words }) => [count.n, before.n, weeks, words])).toEqual(
      isBeyond ? [[now, 51 * perWeek, 51, "this week"]] : [],
    );
  });

  it("sees a slow rise over the quarter", () => {
    const old = somePostmortem({ number: 1, category: "other", openedAt: daysBefore(364) });
    const rise = many(9, { category: "dns" }, (n) => 10 + 9 * n, 10);

    const { changed } = compose(weekFacts({ postmortems: [old, ...rise] }));

    expect(changed).toMatchObject([{ title: "Networking and DNS", words: "in 13 weeks", count: { n: 9 } }]);
  });

  it("never calls two incidents a change, and says when there is too little history", () => {
    const view = compose(weekFacts({ postmortems: many(2, { category: "dns" }, (n) => 1 + n) }));
    const grown = compose(
      weekFacts({
        postmortems: [
          somePostmortem({ number: 9, openedAt: daysBefore(300) }),
          ...many(2, { category: "dns" }, (n) => 1 + n),
        ],
      }),
    );

    expect([view.changed, grown.changed]).toEqual([[], []]);
    expect(view.young).toBe("0 of the 8 weeks that it takes");
    expect(grown.young).toBeUndefined();
  });
});

describe("the prevention ledger", () => {
  it("counts what was opened, delivered, ticked and dropped in the week, and what is open and overdue now", () => {
    const actions = [
      someAction({ text: "a", since: "2026-11-09" }),
      someAction({ text: "b", since: "2026-11-16" }),
      someAction({ text: "c", status: "delivered", settledAt: daysBefore(1) }),
      someAction({ text: "d", status: "delivered", settledAt: daysBefore(9) }),
      someAction({ text: "e", status: "ticked", settledAt: daysBefore(1) }),
      someAction({ text: "f", status: "dropped", settledAt: daysBefore(1), reason: "gone" }),
      someAction({ text: "g", due: "2026-11-15", type: "detect" }),
    ];

    const { ledger, types } = compose(weekFacts({ postmortems: [somePostmortem({ actions })] }));

    expect(ledger).toEqual({ opened: 1, delivered: 1, ticked: 1, dropped: 1, open: 3, overdue: 1 });
    expect(types).toEqual([
      { type: "detect", open: 1 },
      { type: "no type", open: 2 },
    ]);
  });

  it("gives the ages of open actions only from ten on", () => {
    const ages = (n: number) =>
      compose(
        weekFacts({
          postmortems: [
            somePostmortem({
              actions: Array.from({ length: n }, (_, k) =>
                someAction({ text: `a ${k}`, since: `2026-11-${String(k + 1).padStart(2, "0")}` }),
              ),
            }),
          ],
        }),
      ).ages;

    expect(ages(9)).toBeUndefined();
    expect(ages(10)).toEqual({ half: "10 days", tenth: "14 days", n: 10 });
  });
});

describe("since we fixed it", () => {
  const fixed = (before: number, since: number) => [
    somePostmortem({ number: 1, category: "other", openedAt: daysBefore(300) }),
    somePostmortem({
      number: 2,
      category: "dns",
      openedAt: daysBefore(101),
      actions: [someAction({ text: "Cache on every node", status: "delivered", settledAt: daysBefore(99.5) })],
    }),
    ...many(before - 1, { category: "dns" }, (n) => 110 + n, 20),
    ...many(since, { category: "dns" }, (n) => 50 + n, 50),
  ];

  it("compares equally many days before and since the last delivered action", () => {
    const [row] = compose(weekFacts({ postmortems: fixed(7, 5) })).sinceFixed;

    expect(row).toMatchObject({
      on: "2026-08-08",
      before: { n: 7 },
      beforeDays: "100 days",
      since: { n: 5 },
      sinceDays: "100 days",
      verdict: "counts, not proof",
    });
  });

  it.each([
    [4, 9],
    [9, 4],
  ])("says too few to tell with %i before and %i since", (before, since) => {
    const [row] = compose(weekFacts({ postmortems: fixed(before, since) })).sinceFixed;

    expect(row?.verdict).toBe("too few to tell");
  });
});

describe("the rest of it", () => {
  it("recommends what was published this week, gravest first", () => {
    const postmortems = [
      somePostmortem({ number: 1, publishedAt: daysBefore(2) }),
      somePostmortem({ number: 2, severity: 1, publishedAt: daysBefore(3) }),
      somePostmortem({ number: 3, severity: 1 }),
    ];

    expect(compose(weekFacts({ postmortems })).reading).toMatchObject({
      title: "Incident 2",
      why: "published this week",
    });
  });

  it("takes turns among what was published in 13 weeks when the week brought nothing", () => {
    const postmortems = many(3, { publishedAt: daysBefore(30) }, () => 40);

    expect(compose(weekFacts({ postmortems })).reading).toMatchObject({
      title: "Incident 3",
      why: "published on 2026-10-17",
    });
  });

  it("remembers the same week a year ago", () => {
    const postmortems = [
      somePostmortem({ number: 1, openedAt: daysBefore(368) }),
      somePostmortem({ number: 2, openedAt: daysBefore(372) }),
    ];

    expect(compose(weekFacts({ postmortems })).yearAgo?.title).toBe("Incident 1");
  });

  it("shows the spread of a function and names nobody", () => {
    const seat = (login: string) => ({
      function: "platform",
      login,
      by: "app" as const,
      at: daysBefore(10),
      candidates: [],
    });
    const postmortems = ["alice", "alice", "bob", "mallory"].map((login, n) =>
      somePostmortem({ number: n + 1, team: [seat(login)] }),
    );
    const functions = [{ name: "platform", people: ["Alice", "bob", "carol"], affinity: [] }];
    const absences = [
      { who: "@Carol", from: "2026-11-16", until: "2026-11-20" },
      { who: "bob", from: "2026-11-17", until: "2026-11-20" },
    ];

    expect(compose(weekFacts({ postmortems, functions, absences })).functions).toEqual([
      { name: "platform", least: 0, most: 2, n: 4, people: 3, away: 1 },
    ]);
  });

  it("draws thirteen weeks, oldest first", () => {
    const postmortems = [...many(4, {}, () => 1), ...many(1, {}, () => 89, 9)];

    expect(compose(weekFacts({ postmortems })).all.spark).toBe("▃▁▁▁▁▁▁▁▁▁▁▁█");
  });

  it("follows the installation's own categories and label prefix", () => {
    const facts = weekFacts();
    const config = { ...facts.config, labels: { ...facts.config.labels, hotspot: "area: " } };
    const view = compose(
      weekFacts({
        config,
        categories: [{ key: "brakes", title: "Brakes", advice: [] }],
        postmortems: [somePostmortem({ category: "brakes" })],
      }),
    );

    expect(view.hotspots.map(({ title }) => title)).toEqual(["Brakes"]);
    expect(decodeURIComponent(view.hotspots[0]?.period.url ?? "")).toContain('label:"area: brakes"');
    expect(CATEGORIES).toHaveLength(6);
  });
});
