import { z } from "zod";

import { isCalendarDay } from "./day.ts";
import { Day } from "./preventive-action.ts";

const CalendarDay = Day.refine(isCalendarDay, { message: "this day is not in the calendar; write it as 2026-12-01" });

const CategoryKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, "write a category's key, like queue-backlog");

const Login = z
  .string()
  .regex(
    /^@?[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\/(?!\.{1,2}$)[A-Za-z0-9._-]+)?$/u,
    "write a login (alice) or a team (@acme/sre)",
  );

const Person = z
  .string()
  .regex(/^@?[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/u, "write one login, like alice")
  .transform((login) => login.replace(/^@/u, ""));

const TeamFunction = z
  .strictObject({
    name: z.string().min(1).max(40).meta({ description: "The seat's name: platform, networking, product …" }),
    members: z.array(Login).min(1).max(200).meta({ description: "Logins, or GitHub teams as @org/team." }),
    lead: Person.optional().meta({ description: "Who hears of it once when reminders stay unanswered." }),
    affinity: z
      .array(CategoryKey)
      .default([])
      .meta({ description: "Categories for which this function is wanted; empty: all." }),
  })
  .meta({ description: "One seat of the cross-functional team." });

const Team = z.strictObject({
  functions: z
    .array(TeamFunction)
    .max(10)
    .superRefine((functions, context) => refuseTwins(functions, "name", context))
    .default([])
    .meta({ description: "The seats of the team, in the order in which they are filled." }),
  away: z
    .array(
      z
        .strictObject({
          who: Person.meta({ description: "A login." }),
          from: CalendarDay.meta({ description: "The first day away." }),
          until: CalendarDay.meta({ description: "The last day away." }),
        })
        .refine(({ from, until }) => from <= until, { path: ["until"], message: "this day is before `from`" }),
    )
    .max(1000)
    .default([])
    .meta({ description: "Who is away, both days included." }),
  "max-open": z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "Open postmortems a person may hold at once; by default no cap." }),
});

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/u, 'write the time as "09:00"');

const Digest = z.strictObject({
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/u, "write owner/repository")
    .optional()
    .meta({ description: "Where the digest is posted; by default the repository with the most postmortems." }),
  day: z
    .enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    .default("monday")
    .meta({ description: "The day on which the digest comes." }),
  time: TimeOfDay.refine((time) => time >= "04:00", {
    message: "choose 04:00 or later: clocks are changed in the hours before",
  })
    .default("09:00")
    .meta({ description: "The hour of the digest, from 04:00 on." }),
  timezone: z
    .string()
    .max(60)
    .refine(isTimeZone, { message: "not a time zone that is known; write one like Europe/Berlin" })
    .default("UTC")
    .meta({ description: "The time zone of the digest, of due days and of reminders." }),
});

const Prefix = z.string().min(1).max(30);

const Labels = z.strictObject({
  priority: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .optional()
    .meta({ description: "The label for high priority; by default the repository's own scheme." }),
  severity: Prefix.default("severity/").meta({ description: "Prefix of the four severity labels." }),
  stage: Prefix.default("stage/").meta({ description: "Prefix of the stage labels." }),
  hotspot: Prefix.default("hotspot/").meta({ description: "Prefix of the category labels." }),
});

const Weight = z.number().min(-10).max(10);
const Word = z.string().min(1).max(80);

const Words = z
  .array(
    z.union(
      [
        Word,
        z.strictObject({ term: Word, weight: Weight }),
        z.strictObject({ weight: Weight, any: z.array(Word).min(1).max(500) }),
      ],
      {
        error:
          "write a word or phrase of at most 80 characters, or { term: …, weight: 2.5 }, or { weight: 2.5, any: [ … ] }",
      },
    ),
  )
  .max(500)
  .default([]);

const Advice = z
  .array(
    z.strictObject({
      text: z.string().min(1).max(300).meta({ description: "What to do." }),
      source: z.url("write the address of the source, https://…").meta({ description: "Where it is explained." }),
    }),
  )
  .max(10)
  .default([]);

const Categories = z.strictObject({
  replace: z.boolean().default(false).meta({ description: "True: only the categories listed here exist." }),
  list: z
    .array(
      z.strictObject({
        key: CategoryKey.meta({ description: "A new key adds a category; a built-in one changes it." }),
        title: z.string().max(80).optional().meta({ description: "What people read." }),
        definition: z.string().max(500).optional().meta({ description: "Which incidents belong here." }),
        replace: z.boolean().default(false).meta({ description: "Forget the built-in words of this category." }),
        remove: z.boolean().default(false).meta({ description: "Take this built-in category away." }),
        components: z
          .array(z.string().min(1).max(80))
          .max(500)
          .default([])
          .meta({ description: "Names of programs and parts that belong here." }),
        terms: Words.meta({ description: "Words and phrases that speak for it." }),
        against: Words.meta({ description: "Words and phrases that speak against it." }),
        advice: Advice.meta({ description: "Hardening advice for the digest, with its source." }),
      }),
    )
    .max(30)
    .superRefine((list, context) => refuseTwins(list, "key", context))
    .default([])
    .meta({ description: "Categories that are added, or changed by their key." }),
});

const Reminders = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: "False: nobody is reminded." }),
    from: TimeOfDay.default("09:00").meta({ description: "No reminder before this hour." }),
    until: TimeOfDay.default("17:00").meta({ description: "No reminder after this hour." }),
    "per-week": z.int().min(1).max(14).default(2).meta({ description: "Mentions of one owner in one week at most." }),
    "escalate-after": z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .meta({ description: "Unanswered reminders before the lead hears of it." }),
    holidays: z
      .array(CalendarDay)
      .max(400)
      .default([])
      .meta({ description: "Public holidays: no reminders, not a working day." }),
  })
  .refine(({ from, until }) => from < until, { path: ["until"], message: "this hour is not after `from`" });

const WorkingDays = z.int().min(1).max(1000);

/** `.github/postmortem.yml`: every key is optional. Durations of `due-days` are working days by severity. */
export const Config = z.strictObject({
  _extends: z
    .string()
    .regex(/^(?:[\w.-]{1,100}\/)?[\w.-]{1,100}$/u, "write a repository of the same owner, like .github")
    .optional()
    .meta({ description: "A repository of the same owner whose file is inherited." }),
  label: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .default("postmortem")
    .meta({ description: "The label that starts a postmortem." }),
  labels: Labels.prefault({}).meta({ description: "How the app's own labels are named." }),
  severity: z
    .int()
    .min(1)
    .max(4)
    .default(3)
    .meta({ description: "Severity given at the start when neither a label nor the text names one." }),
  templates: z
    .enum(["built-in", "repository"])
    .default("built-in")
    .meta({ description: "Whose sections are added: the app's, or those in .github/postmortem/*.md.hbs." }),
  "short-form-from": z
    .int()
    .min(1)
    .max(5)
    .default(4)
    .meta({ description: "The severity from which the short form is used; 1: always, 5: never." }),
  team: Team.prefault({}).meta({ description: "Who is assigned." }),
  "close-guard": z
    .enum(["off", "warn", "enforce"])
    .default("enforce")
    .meta({ description: "What happens when an issue is closed with preventive actions open." }),
  "due-days": z
    .strictObject({
      "1": WorkingDays.meta({ description: "For severity 1; by default 15." }),
      "2": WorkingDays.meta({ description: "For severity 2; by default 30." }),
      "3": WorkingDays.meta({ description: "For severity 3; by default 90." }),
      "4": WorkingDays.meta({ description: "For severity 4; by default 90." }),
    })
    .partial()
    .prefault({})
    .transform((days) => ({ "1": 15, "2": 30, "3": 90, "4": 90, ...days }))
    .meta({ description: "Working days until an action without a due day is due, by severity." }),
  digest: Digest.prefault({}).meta({
    description: "The weekly hotspot report. Day, time and time zone count in the repository that it is posted to.",
  }),
  reminders: Reminders.prefault({}).meta({ description: "Reminders of preventive actions." }),
  categories: Categories.prefault({}).meta({ description: "Categories of hotspots beside the built-in ones." }),
  "label-threshold": z
    .number()
    .min(0.5)
    .max(1)
    .default(0.9)
    .meta({ description: "Confidence from which a category is labelled without asking; 1: always ask." }),
  notes: z.boolean().default(true).meta({ description: "Blameless and action-quality notes." }),
  learning: z.boolean().default(true).meta({ description: "Learn from the categories people confirmed." }),
  mode: z
    .enum(["active", "quiet", "dry-run"])
    .default("active")
    .meta({ description: "Everything; labels and the status comment only; or nothing but a preview." }),
});
export type Config = z.infer<typeof Config>;

export const DEFAULT_CONFIG: Config = Config.parse({});

/** Reports every entry of a list that has the same name as an earlier one. */
function refuseTwins<K extends string>(
  entries: readonly Readonly<Record<K, string>>[],
  key: K,
  context: z.core.$RefinementCtx,
): void {
  const seen = new Set<string>();
  for (const [index, { [key]: name }] of entries.entries()) {
    if (seen.has(name)) context.addIssue({ code: "custom", path: [index, key], message: "this one is there twice" });
    seen.add(name);
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
