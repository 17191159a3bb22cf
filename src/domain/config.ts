import { z } from "zod";

import { Day } from "./preventive-action.ts";

const Login = z
  .string()
  .regex(/^@?[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\/[A-Za-z0-9._-]+)?$/u, "write a login (alice) or a team (@acme/sre)");

const TeamFunction = z
  .strictObject({
    name: z.string().min(1).max(40).meta({ description: "The seat's name: platform, networking, product …" }),
    members: z.array(Login).min(1).max(200).meta({ description: "Logins, or GitHub teams as @org/team." }),
    lead: z.string().optional().meta({ description: "Who hears of it once when reminders stay unanswered." }),
    affinity: z
      .array(z.string())
      .default([])
      .meta({ description: "Categories for which this function is wanted; empty: all." }),
  })
  .meta({ description: "One seat of the cross-functional team." });

const Team = z.strictObject({
  functions: z.array(TeamFunction).max(10).default([]),
  away: z
    .array(z.strictObject({ who: z.string(), from: Day, until: Day }))
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
  day: z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]).default("monday"),
  time: TimeOfDay.default("09:00").refine((time) => time >= "04:00", {
    message: "choose 04:00 or later: clocks are changed in the hours before",
  }),
  timezone: z
    .string()
    .default("UTC")
    .refine(isTimeZone, { message: "not a time zone that is known; write one like Europe/Berlin" }),
});

const Labels = z.strictObject({
  priority: z
    .string()
    .optional()
    .meta({ description: "The label for high priority; by default the repository's own scheme." }),
  severity: z.string().default("severity/").meta({ description: "Prefix of the four severity labels." }),
  stage: z.string().default("stage/").meta({ description: "Prefix of the stage labels." }),
  hotspot: z.string().default("hotspot/").meta({ description: "Prefix of the category labels." }),
});

const CategoryTerms = z.union([
  z.string(),
  z.strictObject({ term: z.string().max(80), weight: z.number().min(-5).max(5) }),
]);

const Categories = z.strictObject({
  replace: z.boolean().default(false).meta({ description: "True: only the categories listed here exist." }),
  list: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, "write a key like queue-backlog"),
        title: z.string().max(80).optional(),
        definition: z.string().max(500).optional(),
        terms: z.array(CategoryTerms).max(500).default([]),
        advice: z.array(z.string().max(300)).max(10).default([]),
      }),
    )
    .max(30)
    .default([]),
});

const Reminders = z.strictObject({
  enabled: z.boolean().default(true),
  from: TimeOfDay.default("09:00"),
  until: TimeOfDay.default("17:00"),
  "per-week": z.int().min(1).max(14).default(2).meta({ description: "Mentions of one owner in one week at most." }),
  "escalate-after": z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .meta({ description: "Unanswered reminders before the lead hears of it." }),
  holidays: z
    .array(Day)
    .max(400)
    .default([])
    .meta({ description: "Public holidays: no reminders, not a working day." }),
});

/** `.github/postmortem.yml`: every key is optional. Durations of `due-days` are working days by severity. */
export const Config = z.strictObject({
  _extends: z.string().optional().meta({ description: "A repository of the same owner whose file is inherited." }),
  label: z.string().min(1).max(50).default("postmortem"),
  labels: Labels.prefault({}),
  severity: z
    .int()
    .min(1)
    .max(4)
    .default(3)
    .meta({ description: "Severity given at the start when neither a label nor the text names one." }),
  team: Team.prefault({}),
  "close-guard": z.enum(["off", "warn", "enforce"]).default("enforce"),
  "due-days": z
    .strictObject({ "1": z.int().min(1), "2": z.int().min(1), "3": z.int().min(1), "4": z.int().min(1) })
    .partial()
    .prefault({})
    .transform((days) => ({ "1": 15, "2": 30, "3": 90, "4": 90, ...days })),
  digest: Digest.prefault({}),
  reminders: Reminders.prefault({}),
  categories: Categories.prefault({}),
  "label-threshold": z
    .number()
    .min(0.5)
    .max(1)
    .default(0.9)
    .meta({ description: "Confidence from which a category is labelled without asking; 1: always ask." }),
  notes: z.boolean().default(true).meta({ description: "Blameless and action-quality notes." }),
  learning: z.boolean().default(true).meta({ description: "Learn from the categories people confirmed." }),
  mode: z.enum(["active", "quiet", "dry-run"]).default("active"),
});
export type Config = z.infer<typeof Config>;

export const DEFAULT_CONFIG: Config = Config.parse({});

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
