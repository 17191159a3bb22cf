/** One line a person may tick. `key` is of `[a-z0-9.-]` only: it is printed inside an HTML comment. */
export interface PromptView {
  readonly key: string;
  readonly text: string;
  readonly checked: boolean;
  readonly by?: string;
}

export interface SuggestionView {
  readonly key: string;
  readonly title: string;
  readonly words: readonly string[];
  readonly checked: boolean;
}

export interface ActionView {
  readonly text: string;
  readonly mark: string;
  readonly owner?: string;
  readonly due?: string;
  readonly supplied: boolean;
  readonly overdue: boolean;
  readonly evidence?: string;
  readonly trackedBy?: string;
}

export interface StatusView {
  readonly stage: string;
  readonly severity: string;
  readonly hotspot?: string;
  readonly hotspotBy?: string;
  readonly contributing: readonly string[];
  readonly suggestions: readonly SuggestionView[];
  readonly unsure?: string;
  readonly seats: readonly { readonly function: string; readonly login?: string; readonly vacant?: string }[];
  readonly noTeam: boolean;
  readonly dropped: readonly string[];
  readonly prompts: readonly PromptView[];
  readonly promptsDone: number;
  readonly promptsTotal: number;
  readonly actions: readonly ActionView[];
  readonly actionsSettled: number;
  readonly actionsTotal: number;
  readonly known: readonly KnownView[];
  readonly related: readonly RelatedView[];
  readonly upstream: readonly string[];
  readonly notes: readonly { readonly words: string; readonly suggestion: string }[];
  readonly ideas?: readonly { readonly text: string; readonly by: string; readonly on: string }[];
  readonly reviewer?: string;
  readonly reviewedOn?: string;
  readonly closedAnyway?: { readonly by: string; readonly reason: string };
  readonly configProblem?: string;
}

/** A postmortem that reads alike, and what became of its actions. */
export interface RelatedView {
  readonly title: string;
  readonly url: string;
  /** In common. */
  readonly words: readonly string[];
  readonly outcome: string;
}

/** An earlier action in this category that is still open or was dropped. */
export interface KnownView {
  readonly text: string;
  readonly title: string;
  readonly url: string;
  readonly days: number;
  readonly state: string;
}

export interface CommandView {
  readonly usage: string;
  readonly summary: string;
  readonly who: string;
}

export interface WhyView {
  readonly seats: readonly {
    readonly function: string;
    readonly outcome: string;
    readonly rows: readonly {
      readonly login: string;
      readonly open: number;
      readonly recent: number;
      readonly draw: string;
      readonly note: string;
    }[];
  }[];
}

/** A part of a count, with the search that finds exactly those. */
export interface CountLink {
  readonly n: number;
  readonly url: string;
}

/** A count of issues with the search that proves it, or with several that add up to it. */
export interface LinkedCount {
  readonly n: number;
  readonly url?: string;
  readonly parts: readonly CountLink[];
}

export interface HotspotRowView {
  readonly title: string;
  readonly period: LinkedCount;
  readonly quarter: LinkedCount;
  readonly year: LinkedCount;
  readonly spark: string;
  readonly openActions: number;
  /** The age of the oldest open action: `41 days`. */
  readonly oldest?: string;
}

/** What is said below the table of hotspots about one of them. */
export interface HotspotNoteView {
  readonly title: string;
  readonly known?: {
    readonly met: number;
    readonly of: number;
    readonly oldest?: { readonly text: string; readonly url: string; readonly age: string; readonly state: string };
  };
  readonly advice?: { readonly text: string; readonly source: string };
}

/** A category beyond its usual range: `count` in the window, where `before` in as many `weeks` predict `expected`. */
export interface ChangedView {
  readonly title: string;
  readonly count: LinkedCount;
  readonly words: string;
  readonly before: LinkedCount;
  readonly weeks: number;
  readonly expected: string;
  readonly most: number;
}

export interface NextView {
  readonly what: string;
  readonly text?: string;
  readonly title: string;
  readonly url: string;
  readonly owner?: string;
  readonly age: string;
}

export interface SinceFixedView {
  readonly title: string;
  readonly on: string;
  readonly action?: { readonly text: string; readonly url: string };
  readonly before: LinkedCount;
  readonly beforeDays: string;
  readonly since: LinkedCount;
  readonly sinceDays: string;
  readonly verdict: string;
}

export interface SeveralView {
  readonly title: string;
  readonly url: string;
  readonly main: string;
  readonly others: readonly string[];
}

export interface DigestActionView {
  readonly text: string;
  readonly title: string;
  readonly url: string;
  readonly owner?: string;
  readonly due?: string;
  readonly overdue: boolean;
}

export interface DigestView {
  readonly week: string;
  /** The first and the last day of the period. */
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
  readonly empty: boolean;
  readonly opened: LinkedCount;
  readonly closed: LinkedCount;
  readonly open: LinkedCount;
  readonly reviewing: LinkedCount;
  readonly next: readonly NextView[];
  readonly nextMore: number;
  readonly all: HotspotRowView;
  readonly hotspots: readonly HotspotRowView[];
  readonly hotspotsCut: number;
  readonly uncategorised: HotspotRowView;
  readonly several: HotspotRowView;
  /** Categories without an incident in 52 weeks and without an open action. */
  readonly quiet: readonly string[];
  readonly hotspotNotes: readonly HotspotNoteView[];
  readonly changed: readonly ChangedView[];
  /** Said instead while there is too little history to predict from. */
  readonly young?: string;
  readonly ledger: {
    readonly opened: number;
    readonly delivered: number;
    readonly ticked: number;
    readonly dropped: number;
    readonly open: number;
    readonly overdue: number;
  };
  readonly types: readonly { readonly type: string; readonly open: number }[];
  readonly ages?: { readonly half: string; readonly tenth: string; readonly n: number };
  readonly actions: readonly DigestActionView[];
  readonly actionsCut: number;
  /** Open actions of restricted incidents, which are counted and never named. */
  readonly actionsUnnamed: number;
  readonly reading?: { readonly title: string; readonly url: string; readonly why: string; readonly summary: string };
  readonly yearAgo?: { readonly title: string; readonly url: string; readonly on: string; readonly outcome: string };
  readonly sinceFixed: readonly SinceFixedView[];
  readonly severalList: readonly SeveralView[];
  readonly severalCut: number;
  readonly severalUnnamed: number;
  readonly functions: readonly {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    /** Seats given in all. */
    readonly n: number;
    readonly people: number;
    readonly away: number;
  }[];
  readonly chart: readonly { readonly label: string; readonly n: number }[];
  readonly chartTop: number;
  /** Ideas parked in three postmortems or more. */
  readonly ideas?: readonly {
    readonly text: string;
    readonly places: readonly { readonly title: string; readonly url: string }[];
  }[];
  readonly previous: readonly { readonly number: number; readonly url: string }[];
  /** All postmortems that were looked at. */
  readonly n: LinkedCount;
  readonly restricted?: LinkedCount;
  readonly withheld?: number;
}

/** The actions of one owner, or those passed on to one lead. `who` is a login that may be mentioned when `mentioned`. */
export interface ReminderGroupView {
  readonly who?: string;
  readonly mentioned: boolean;
  readonly actions: readonly (ActionView & { readonly place: number; readonly times: number })[];
}

/** The text of an issue that tracks an action. `parent` is written as it is, `owner/repo#7`: GitHub links it. */
export interface TrackedView {
  readonly text: string;
  readonly parent: string;
  readonly title: string;
  readonly owner?: string;
  readonly due?: string;
}

export interface RemindersView {
  readonly day: string;
  readonly groups: readonly ReminderGroupView[];
}

/** Every template and the view it needs. A missing field is a compile error, and so is a template without a sample. */
export interface Views {
  readonly "postmortem/status": StatusView;
  readonly "postmortem/label-changed": { readonly before: string; readonly after?: string; readonly line?: string };
  readonly "postmortem/lost": { readonly who: string; readonly why: string; readonly delivery: string };
  readonly "postmortem/held": { readonly label: string; readonly who: string };
  readonly "postmortem/stopped": { readonly by: string; readonly label: string };
  readonly "postmortem/refused": { readonly who: string; readonly command: string; readonly needs: string };
  readonly "postmortem/sorry": { readonly who: string; readonly sentences: readonly string[] };
  readonly "postmortem/help": { readonly commands: readonly CommandView[] };
  readonly "postmortem/why": WhyView;
  readonly "postmortem/related": { readonly related: readonly RelatedView[] };
  readonly "postmortem/restored": { readonly who: string; readonly lost: string };
  readonly "close-guard/reopened": {
    readonly who: string;
    readonly actions: readonly ActionView[];
    readonly n: number;
  };
  readonly "close-guard/warned": { readonly actions: readonly ActionView[]; readonly n: number };
  readonly "preventive-actions/tracked": TrackedView;
  readonly "preventive-actions/reminder": RemindersView;
  readonly "preventive-actions/escalated": RemindersView;
  readonly "digest/weekly": DigestView;
}

export type TemplateName = keyof Views;
export type TemplateCall = {
  readonly [T in TemplateName]: { readonly template: T; readonly view: Views[T] };
}[TemplateName];
