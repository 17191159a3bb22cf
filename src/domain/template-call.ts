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
  readonly related: readonly {
    readonly title: string;
    readonly url: string;
    readonly words: readonly string[];
    readonly outcome: string;
  }[];
  readonly upstream: readonly string[];
  readonly notes: readonly { readonly words: string; readonly suggestion: string }[];
  readonly reviewer?: string;
  readonly reviewedOn?: string;
  readonly closedAnyway?: { readonly by: string; readonly reason: string };
  readonly configProblem?: string;
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

export interface LinkedCount {
  readonly n: number;
  readonly url: string;
}

export interface HotspotRowView {
  readonly title: string;
  readonly period: LinkedCount;
  readonly quarter: LinkedCount;
  readonly year: LinkedCount;
  readonly spark: string;
  readonly openActions: number;
  readonly openActionsIn: LinkedCount;
  readonly oldestDays?: number;
  readonly advice?: { readonly text: string; readonly source: string };
  readonly known?: string;
}

export interface DigestView {
  readonly week: string;
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
  readonly opened: LinkedCount;
  readonly closed: LinkedCount;
  readonly open: LinkedCount;
  readonly delivered: number;
  readonly next: readonly {
    readonly what: string;
    readonly title: string;
    readonly url: string;
    readonly owner?: string;
    readonly age: string;
  }[];
  readonly hotspots: readonly HotspotRowView[];
  readonly uncategorised: HotspotRowView;
  readonly several: HotspotRowView;
  readonly changed: readonly string[];
  readonly ledger: {
    readonly opened: number;
    readonly delivered: number;
    readonly ticked: number;
    readonly dropped: number;
    readonly open: number;
    readonly overdue: number;
  };
  readonly types: readonly { readonly type: string; readonly open: number }[];
  readonly actions: readonly {
    readonly text: string;
    readonly title: string;
    readonly url: string;
    readonly owner?: string;
    readonly due?: string;
    readonly overdue: boolean;
  }[];
  readonly actionsCut: number;
  readonly reading?: { readonly title: string; readonly url: string; readonly why: string; readonly summary: string };
  readonly functions: readonly {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    readonly people: number;
    readonly away: number;
  }[];
  readonly chart: readonly { readonly label: string; readonly n: number }[];
  readonly previous: readonly { readonly number: number; readonly url: string }[];
  readonly n: number;
  readonly withheld?: string;
  readonly notes: readonly string[];
}

/** Every template and the view it needs. A missing field is a compile error, and so is a template without a sample. */
export interface Views {
  readonly "postmortem/status": StatusView;
  readonly "postmortem/held": { readonly label: string; readonly who: string };
  readonly "postmortem/stopped": { readonly by: string; readonly label: string };
  readonly "postmortem/refused": { readonly who: string; readonly command: string; readonly needs: string };
  readonly "postmortem/sorry": { readonly who: string; readonly sentences: readonly string[] };
  readonly "postmortem/help": { readonly commands: readonly CommandView[] };
  readonly "postmortem/why": WhyView;
  readonly "postmortem/restored": { readonly who: string; readonly lost: string };
  readonly "close-guard/reopened": {
    readonly who: string;
    readonly actions: readonly ActionView[];
    readonly n: number;
  };
  readonly "close-guard/warned": { readonly actions: readonly ActionView[]; readonly n: number };
  readonly "digest/weekly": DigestView;
  readonly "digest/superseded": { readonly url: string };
}

export type TemplateName = keyof Views;
export type TemplateCall = {
  readonly [T in TemplateName]: { readonly template: T; readonly view: Views[T] };
}[TemplateName];
