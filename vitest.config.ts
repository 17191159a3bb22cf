import { defineConfig, type ViteUserConfig } from "vitest/config";

import { findServer } from "./test/support/postgres-server.ts";

type Project = NonNullable<NonNullable<ViteUserConfig["test"]>["projects"]>[number];

const projects: Project[] = [{ extends: true, test: { name: "all", include: ["test/**/*.test.ts"] } }];

// The stories are told on both databases: all of test/flows once more, on a server.
const server = await findServer();
if (server.url === undefined) console.warn(`not run: test/flows on PostgreSQL: ${server.reason}`);
else
  projects.push({
    extends: true,
    test: { name: "PostgreSQL", include: ["test/flows/**/*.test.ts"], env: { STORE: "postgres" } },
  });

export default defineConfig({
  test: {
    projects,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Many tests wait for processes of their own most of the time: more than there are cores keep these busy.
    maxWorkers: 4,
    // The files of one worker share what they import: GitHub's schemas are compiled once a worker and not once a file, which
    // takes half the time of test/flows away. What a test puts in place of something else is taken back before the next.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
