import Handlebars from "handlebars";

import { VARIABLES } from "./template-view.ts";

type Node = hbs.AST.Node;

/** One thing that a repository's template may not do. Lines and columns count from 1. */
export interface TemplateProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The most a template may hold, in UTF-16 units. */
export const MOST_CHARACTERS = 65_536;
/** Blocks inside blocks. */
export const MOST_DEPTH = 2;
/** Handlebars' parser takes more than twice as long for twice as many tags: seconds for thousands of them. */
const MOST_TAGS = 300;
const LONGEST_TAG = 200;
const MOST_PROBLEMS = 20;

const NAMES = Object.keys(VARIABLES);
const TEXTS = new Set(Object.entries(VARIABLES).flatMap(([name, use]) => (use === "text" ? [name] : [])));
const LISTS = new Set(Object.entries(VARIABLES).flatMap(([name, use]) => (use === "list" ? [name] : [])));

/**
 * Holds a template to the part of Handlebars that a repository may use: known variables, `if`, and `each` over known
 * lists, two deep. Everything else that Handlebars can do is answered with its place. No problems: it can be rendered.
 */
export function checkTemplate(source: string, file: string): TemplateProblem[] {
  const bound = boundFault(source);
  if (bound !== undefined) return [{ file, ...placeIn(source, bound.offset), message: bound.message }];
  const problems: TemplateProblem[] = [];
  try {
    checkProgram(Handlebars.parseWithoutProcessing(source), {
      depth: 0,
      inEach: false,
      report({ loc }, message) {
        problems.push({ file, line: loc.start.line, column: loc.start.column + 1, message });
      },
    });
  } catch (error) {
    return [{ file, ...placeOfError(error), message: parseMessage(error) }];
  }
  if (!/^ {0,3}#{1,6}[ \t]+\S/mu.test(source))
    problems.push({
      file,
      line: 1,
      column: 1,
      message: "there is no heading; a section begins with one, like `## Summary`",
    });
  return problems.slice(0, MOST_PROBLEMS);
}

/** What would keep the parser busy, found before it is called. Comments may be long. */
function boundFault(source: string): { readonly offset: number; readonly message: string } | undefined {
  if (source.length > MOST_CHARACTERS)
    return { offset: 0, message: `${source.length} characters; ${MOST_CHARACTERS} are the most` };
  let tags = 0;
  for (let at = source.indexOf("{{"); at !== -1;) {
    tags += 1;
    const end = source.indexOf("}}", at);
    const length = (end === -1 ? source.length : end) - at;
    if (tags > MOST_TAGS) return { offset: at, message: `there are more than ${MOST_TAGS} tags; make it simpler` };
    if (length > LONGEST_TAG && !/^\{\{~?!/u.test(source.slice(at, at + 4)))
      return { offset: at, message: `a tag can have ${LONGEST_TAG} characters; is its end missing?` };
    at = source.indexOf("{{", at + 2);
  }
  return undefined;
}

interface Scope {
  readonly depth: number;
  /** Inside `each`, the entry (`this`) is all there is. */
  readonly inEach: boolean;
  readonly report: (node: Node, message: string) => void;
}

function checkProgram(program: hbs.AST.Program | undefined, scope: Scope): void {
  for (const statement of program?.body ?? []) checkStatement(statement, scope);
}

function checkStatement(node: Node, scope: Scope): void {
  if (node.type === "ContentStatement" || node.type === "CommentStatement") return;
  if (isMustache(node)) checkMustache(node, scope);
  else if (isBlock(node)) checkBlock(node, scope);
  else if (node.type.startsWith("Partial")) scope.report(node, "a partial cannot be used here; write its text out");
  else scope.report(node, "decorators cannot be used here; take it out");
}

function checkMustache(node: hbs.AST.MustacheStatement, { report, inEach }: Scope): void {
  if (!node.escaped) return report(node, "write two braces, `{{title}}`: what is printed is escaped already");
  if (node.params.length > 0 || node.hash !== undefined)
    return report(node, "helpers cannot be used here; print one variable, like `{{title}}`");
  const name = nameOf(node.path);
  if (name === "this" && inEach) return undefined;
  if (inEach) return report(node, "inside `each`, only `{{this}}` can be printed");
  if (name !== undefined && LISTS.has(name))
    return report(node, `\`${name}\` is a list; write {{#each ${name}}}- {{this}}{{/each}}`);
  if (name === undefined || !TEXTS.has(name)) return report(node, unknown(node.path));
  return undefined;
}

function checkBlock(node: hbs.AST.BlockStatement, scope: Scope): void {
  const kind = nameOf(node.path);
  if (kind !== "if" && kind !== "each") return scope.report(node, "only `if` and `each` blocks can be used here");
  const [subject = node] = node.params;
  const fault = shapeFault(node, kind, scope.depth) ?? subjectFault(subject, kind, scope.inEach);
  if (fault !== undefined) return scope.report(node, fault);
  const inner = { ...scope, depth: scope.depth + 1 };
  checkProgram(node.program, { ...inner, inEach: scope.inEach || kind === "each" });
  // `{{else if}}` is written as a chain and reads as one level.
  checkProgram(node.inverse, isChain(node.inverse) ? scope : inner);
  return undefined;
}

function shapeFault(node: hbs.AST.BlockStatement, kind: "if" | "each", depth: number): string | undefined {
  if (depth >= MOST_DEPTH) return `blocks can be nested ${MOST_DEPTH} deep`;
  if (node.params.length === 1 && node.hash === undefined && !takesNames(node)) return undefined;
  return `\`${kind}\` takes one variable and nothing else, like {{#${kind} labels}}`;
}

function subjectFault(subject: Node, kind: "if" | "each", inEach: boolean): string | undefined {
  const name = nameOf(subject);
  if (inEach) return kind === "if" && name === "this" ? undefined : "inside `each`, only {{#if this}} can be asked";
  if (name === undefined || !NAMES.includes(name)) return unknown(subject);
  return kind === "if" || LISTS.has(name)
    ? undefined
    : `\`${name}\` is no list; the lists are ${[...LISTS].join(", ")}`;
}

/** The name that an expression stands for; undefined for paths, parents, data, literals and nested calls. */
function nameOf(node: Node): string | undefined {
  if (!isPath(node) || node.data || node.depth !== 0) return undefined;
  if (node.parts.length === 0) return node.original === "this" ? "this" : undefined;
  const [name] = node.parts;
  return node.parts.length === 1 && node.original === name ? name : undefined;
}

function unknown(node: Node): string {
  const written = isPath(node) ? `\`${node.original.slice(0, 60)}\`` : "this";
  return `${written} is not known here; the variables are ${NAMES.join(", ")}`;
}

function takesNames({ program, inverse }: hbs.AST.BlockStatement): boolean {
  return [program, inverse].some((part) => part !== undefined && (part.blockParams ?? []).length > 0);
}

function isChain(program: (hbs.AST.Program & { readonly chained?: boolean }) | undefined): boolean {
  return program?.chained === true;
}

function isMustache(node: Node): node is hbs.AST.MustacheStatement {
  return node.type === "MustacheStatement";
}

function isBlock(node: Node): node is hbs.AST.BlockStatement {
  return node.type === "BlockStatement";
}

function isPath(node: Node): node is hbs.AST.PathExpression {
  return node.type === "PathExpression";
}

function parseMessage(error: unknown): string {
  if (error instanceof RangeError) return "blocks are nested too deeply";
  const [first = "", , , expected = ""] = error instanceof Error ? error.message.split("\n") : [];
  return `this is not Handlebars: ${expected === "" ? first : expected.slice(0, 200)}`;
}

function placeIn(source: string, offset: number): { line: number; column: number } {
  const lines = source.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function placeOfError(error: unknown): { line: number; column: number } {
  const line = error instanceof Error ? /on line (\d+)/u.exec(error.message)?.[1] : undefined;
  const exact =
    error instanceof Error && "lineNumber" in error && typeof error.lineNumber === "number"
      ? error.lineNumber
      : undefined;
  return { line: exact ?? Number(line ?? 1), column: 1 };
}
