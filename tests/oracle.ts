/**
 * Oracle suites hold our answers against those of somebody else: the real controllers, published measurements. They are
 * called `*.oracle.test.ts`; `make test` runs a seeded sample of each, `make oracle` (`ORACLE=full`) all of it.
 */

/** The seed of this run; `ORACLE_SEED` repeats one. Print it with every failure. */
export const ORACLE_SEED = Number(process.env.ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** How many cases a suite runs. */
export function oracleSize(sample: number, full: number): number {
  return process.env.ORACLE === "full" ? full : sample;
}

/** The line that says what was compared; the closing note and the README quote it. */
export function reportOracle(what: string, counts: Readonly<Record<string, number>>): void {
  const figures = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  console.log(`      oracle: ${what}: ${figures.join(", ")} (ORACLE_SEED=${ORACLE_SEED})`);
}
