import type { Config } from "../../domain/config.ts";
import type { Issue } from "../../domain/facts.ts";
import { readTemplate as readBuiltIn } from "../../render/render.ts";
import { createFileReader, type FileReaderOptions, type Requester } from "../config/file-reader.ts";
import { createTemplateRenderer, type TemplateRenderer } from "./render-template.ts";
import { viewOf } from "./view-of-issue.ts";

export const INCIDENT_TEMPLATE = ".github/postmortem/incident.md.hbs";
export const SHORT_TEMPLATE = ".github/postmortem/short.md.hbs";

export interface TemplatePlace {
  readonly repositoryId: number;
  readonly owner: string;
  readonly repo: string;
}

/** The sections for one issue. `problem` says why the repository's own template was not used. */
export interface ReadTemplate {
  readonly markdown: string;
  readonly problem?: string;
}

export interface TemplateReader {
  /** No request unless the configuration says `templates: repository`, and then none while fresh; two at most. */
  readTemplate(
    octokit: Requester,
    repository: TemplatePlace,
    wanted: { readonly issue: Issue; readonly config: Config },
  ): Promise<ReadTemplate>;
  /** Asks GitHub again at the next reading, after a push to this repository. */
  invalidate(owner: string, repo: string): void;
  close(): Promise<void>;
}

/** Chooses and fills in the template of a postmortem: the repository's when it is asked for and right, else ours. */
export function createTemplateReader(
  options: FileReaderOptions & { readonly renderer?: TemplateRenderer },
): TemplateReader {
  const files = createFileReader(options);
  const renderer = options.renderer ?? createTemplateRenderer();
  const long = readBuiltIn("postmortem/sections.md");
  const short = readBuiltIn("postmortem/short.md");

  /** A repository that brings no short form uses its own long one. */
  async function findOwn(octokit: Requester, { repositoryId: scope, owner, repo }: TemplatePlace, isShort: boolean) {
    for (const path of isShort ? [SHORT_TEMPLATE, INCIDENT_TEMPLATE] : [INCIDENT_TEMPLATE]) {
      const { text } = await files.readFile(octokit, { scope, owner, repo, path });
      if (text !== undefined) return { file: path, source: text };
    }
    return undefined;
  }

  return {
    async readTemplate(octokit, repository, { issue, config }) {
      const view = viewOf(issue, config);
      const isShort = view.severity >= config["short-form-from"];
      const builtIn = isShort ? short : long;
      if (config.templates === "built-in") return { markdown: builtIn };
      const own = await findOwn(octokit, repository, isShort);
      if (own === undefined)
        return {
          markdown: builtIn,
          problem: `${INCIDENT_TEMPLATE} is missing; add it, or set \`templates: built-in\``,
        };
      const filled = await renderer.render({ ...own, view });
      if ("markdown" in filled) return filled;
      const [first] = filled.problems;
      return { markdown: builtIn, problem: `${first?.file}:${first?.line}:${first?.column} ${first?.message}` };
    },
    invalidate: (owner, repo) => files.expire(owner, repo),
    close: async () => renderer.close(),
  };
}
