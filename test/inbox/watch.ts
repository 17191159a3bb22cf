import type { Database } from "../../src/store/database.ts";

/** The same database, noting each statement that goes through `across`. */
export function watch(database: Database, asked: { text: string; values: readonly unknown[] }[]): Database {
  const across = database.across.withPlugin({
    transformQuery: ({ node, queryId }) => {
      const compiled = database.across.getExecutor().compileQuery(node, queryId);
      asked.push({ text: compiled.sql, values: compiled.parameters });
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  return { ...database, across };
}
