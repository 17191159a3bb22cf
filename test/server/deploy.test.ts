import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { readEnv } from "../../src/env.ts";

function text(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

describe("docker-compose.yml", () => {
  const { services } = parse(text("docker-compose.yml")) as {
    services: Record<string, Record<string, unknown>>;
  };

  it.each(["app", "database"])("runs %s without root, without powers, on a read-only file system", (name) => {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
    expect(["node", "postgres"]).toContain(services[name]?.["user"]);
  });

  it("starts the app when the database is well, and reaches nobody but this machine", () => {
    expect(services["app"]).toMatchObject({
      depends_on: { database: { condition: "service_healthy" } },
      ports: ["127.0.0.1:3000:3000"],
    });
    expect(services["database"]).toMatchObject({ image: "postgres:17" });
    expect(services["database"]).toHaveProperty("healthcheck.test");
    expect(services["database"]).not.toHaveProperty("ports");
  });

  it("gives the app an environment it can read", () => {
    const environment = (services["app"]?.["environment"] ?? {}) as Record<string, string>;
    const address = environment["DATABASE_URL"]?.replace(/\$\{[^}]+\}/u, "a-password");

    expect(readEnv({ ...environment, DATABASE_URL: address })).toMatchObject({
      host: "0.0.0.0",
      databaseUrl: "postgres://postmortem:a-password@database:5432/postmortem",
    });
  });
});

describe("Dockerfile", () => {
  const file = text("Dockerfile");

  it("is built in stages on the standard image, runs as node, and says when it is well", () => {
    expect(file.match(/^FROM (\S+)/gmu)).toEqual(["FROM node:24-slim", "FROM node:24-slim"]);
    expect(file).toMatch(/^USER node$/mu);
    expect(file).toMatch(/^HEALTHCHECK /mu);
    expect(file).toContain('CMD ["node", "src/main.ts"]');
  });

  it("copies only what .dockerignore lets in", () => {
    const [first, ...rules] = text(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const allowed = new Set(rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1)));
    const copied = [...file.matchAll(/^COPY (?!--from)(.+) \.\S*$/gmu)].flatMap(([, sources = ""]) =>
      sources.split(" "),
    );

    expect(first).toBe("*");
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((source) => !allowed.has(source))).toEqual([]);
  });
});

it(".env.example is an environment to start set-up with, and names every variable", () => {
  const example = parseEnv(text(".env.example"));
  const known = [...text("src/env.ts").matchAll(/^ {2}([A-Z_]+): /gmu)].map(([, name]) => name);

  expect(readEnv(example)).toEqual(readEnv({}));
  expect(known.length).toBeGreaterThan(8);
  expect(known.filter((name) => name !== "ENV_FILE" && !(String(name) in example))).toEqual([]);
});
