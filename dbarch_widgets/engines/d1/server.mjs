// A local D1 behind a small worker. Arguments: the folder of node_modules, the folder of the data, a secret.
// It prints one line of JSON when it is ready; who started it ends it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [modules, data, secret] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const { Miniflare } = await import(pathToFileURL(require.resolve("miniflare")));

// Runs inside workerd. An order is {sql, values, counts} or {batch: [{sql, values}, …]}.
const worker = `
  const decoded = (value) =>
    value !== null && typeof value === "object" ? Uint8Array.from(value.bytes) : value;
  const statement = (db, { sql, values }) => {
    const prepared = db.prepare(sql);
    return values.length ? prepared.bind(...values.map(decoded)) : prepared;
  };
  export default {
    async fetch(request, env) {
      if (request.headers.get("x-dbarch") !== env.SECRET) return new Response("no", { status: 403 });
      const order = await request.json();
      try {
        if (order.batch) {
          const answers = await env.DB.batch(order.batch.map((each) => statement(env.DB, each)));
          return Response.json({ meta: answers.map((answer) => answer.meta) });
        }
        if (order.counts) {
          const answer = await statement(env.DB, order).all();
          return Response.json({ meta: answer.meta, returned: answer.results.length });
        }
        const rows = await statement(env.DB, order).raw({ columnNames: true });
        return Response.json({ rows });
      } catch (error) {
        return Response.json({ error: String(error?.cause?.message ?? error?.message ?? error) });
      }
    },
  };
`;

const miniflare = new Miniflare({
  modules: true,
  script: worker,
  host: "127.0.0.1",
  port: 0,
  cf: false,
  compatibilityDate: "2026-01-01",
  bindings: { SECRET: secret },
  d1Databases: { DB: "dbarch" },
  d1Persist: data,
});
const url = await miniflare.ready;
process.stdout.write(JSON.stringify({ port: Number(url.port) }) + "\n");
