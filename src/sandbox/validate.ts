import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

/** Something the sandbox sent, or was sent, that GitHub's own description does not allow. */
export interface Violation {
  direction: "response" | "webhook" | "request";
  id: string;
  status: number | undefined;
  errors: string[];
}

export interface Validator {
  on: boolean;
  checkResponse(id: string, status: number, body: unknown): void;
  checkRequest(id: string, body: unknown): void;
  checkWebhook(id: string, body: unknown): void;
  violations: Violation[];
  /** Which operations, answers and webhooks were checked so far, for the contract test. */
  seen: { operations: Set<string>; responses: Set<string>; webhooks: Set<string> };
}

interface Subset {
  operations: Record<string, { method: string; path: string; responses: Record<string, unknown>; request?: unknown }>;
  webhooks: Record<string, unknown>;
  schemas: Record<string, unknown>;
}

const FORMATS = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u,
  date: /^\d{4}-\d\d-\d\d$/u,
  uri: /^[a-z][a-z0-9+.-]*:\/\/[^\s{}]+$/iu,
  "uri-template": /^[a-z][a-z0-9+.-]*:\/\/\S+$/iu,
  email: /^\S+@\S+$/u,
};

let subset: Subset | undefined;
let ajv: Ajv | undefined;
const compiled = new Map<string, ValidateFunction | undefined>();

/** Checks against the committed subset of GitHub's OpenAPI description. Schemas are compiled when first needed. */
export function createValidator(on: boolean, report: (violation: Violation) => void): Validator {
  const violations: Violation[] = [];
  const seen = { operations: new Set<string>(), responses: new Set<string>(), webhooks: new Set<string>() };

  function note(violation: Violation): void {
    violations.push(violation);
    report(violation);
  }

  const validator: Validator = {
    on,
    violations,
    seen,
    checkResponse(id, status, body) {
      if (!validator.on) return;
      const described = description().operations[id]?.responses;
      seen.operations.add(id);
      seen.responses.add(`${id} ${status}`);
      if (described === undefined || described[String(status)] === undefined) {
        // 4xx answers every endpoint can give are not listed with each of them.
        if (status < 400)
          note({ direction: "response", id, status, errors: [`GitHub describes no answer ${status} here.`] });
        return;
      }
      if (described[String(status)] === null) {
        if (body !== undefined && status < 300)
          note({ direction: "response", id, status, errors: ["GitHub sends no body here."] });
        return;
      }
      const errors = errorsOf(pointer("operations", id, "responses", String(status)), body);
      if (errors.length > 0) note({ direction: "response", id, status, errors });
    },
    checkRequest(id, body) {
      if (!validator.on || description().operations[id]?.request === undefined) return;
      const errors = errorsOf(pointer("operations", id, "request"), body ?? {});
      if (errors.length > 0) note({ direction: "request", id, status: undefined, errors });
    },
    checkWebhook(id, body) {
      if (!validator.on) return;
      seen.webhooks.add(id);
      if (description().webhooks[id] === undefined) {
        note({ direction: "webhook", id, status: undefined, errors: ["GitHub describes no such webhook."] });
        return;
      }
      const errors = errorsOf(pointer("webhooks", id), body);
      if (errors.length > 0) note({ direction: "webhook", id, status: undefined, errors });
    },
  };
  return validator;
}

function description(): Subset {
  subset ??= JSON.parse(readFileSync(new URL("openapi/github.json", import.meta.url), "utf8")) as Subset;
  return subset;
}

function errorsOf(at: string, body: unknown): string[] {
  let validate = compiled.get(at);
  if (validate === undefined) {
    ajv ??= new Ajv({ strict: false, allErrors: true, formats: FORMATS, validateFormats: true }).addSchema(
      description(),
      "github",
    );
    validate = ajv.compile({ $ref: `github#${at}` });
    compiled.set(at, validate);
  }
  if (validate(body)) return [];
  return (validate.errors ?? [])
    .slice(0, 12)
    .map((error) => `${error.instancePath || "/"} ${error.message ?? ""} ${JSON.stringify(error.params)}`);
}

function pointer(...steps: string[]): string {
  return steps.map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
}
