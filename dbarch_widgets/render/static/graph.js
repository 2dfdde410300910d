// Tables and what lies near them.
//
// tables: [{id, name, label, near: [id…], columns: [name…], group}]; an id is "schema.table", each part URL-quoted.

const RANKS = [(name, word) => name === word, (name, word) => name.startsWith(word), (name, word) => name.includes(word)];

export class Graph {
  constructor(tables) {
    this.tables = new Map(tables.map((table) => [table.id, table]));
    this.words = tables.map((table) => ({
      table,
      names: [table.name.toLowerCase(), table.name.slice(table.name.lastIndexOf(".") + 1).toLowerCase()],
      columns: table.columns.map((column) => column.toLowerCase()),
    }));
  }

  has(id) {
    return this.tables.has(id);
  }

  get(id) {
    return this.tables.get(id);
  }

  /** The tables within some hops of one; null when there is no such table. */
  near(start, hops) {
    if (!this.tables.has(start)) return null;
    const seen = new Set([start]);
    let edge = [start];
    for (let hop = 0; hop < hops && edge.length; hop += 1) {
      edge = edge.flatMap((id) => this.tables.get(id)?.near ?? []).filter((id) => !seen.has(id) && seen.add(id));
    }
    return seen;
  }

  /** What has the word in its name: [{id, column}], whole names before beginnings before the rest, tables before columns. */
  search(text) {
    const word = text.trim().toLowerCase();
    if (!word) return [];
    const ranked = RANKS.flatMap(() => [[], []]);
    for (const { table, names, columns } of this.words) {
      const rank = RANKS.findIndex((fits) => names.some((name) => fits(name, word)));
      if (rank >= 0) {
        ranked[rank].push({ id: table.id, column: "" });
        continue;
      }
      const place = RANKS.findIndex((fits) => columns.some((name) => fits(name, word)));
      if (place < 0) continue;
      const at = columns.findIndex((name) => RANKS[place](name, word));
      ranked[RANKS.length + place].push({ id: table.id, column: table.columns[at] });
    }
    return ranked.flat();
  }
}
