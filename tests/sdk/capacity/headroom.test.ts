import assert from "node:assert/strict";
import fc from "fast-check";
import { crowdedOut, ledger, misfits, rolloutOn, surgePlaces, type Demand } from "../../../sdk/capacity/headroom";
import type { BoundPod, ClusterNode } from "../../../sdk/capacity/inventory/inventory";
import { slots, type PodShape } from "../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuPod } from "./nodes";

/** A node of 8 accelerators on which pods of services hold some: `{ granite: 4 }`. */
function node(name: string, held: Record<string, number> = {}, total = 8): ClusterNode {
  const bound = Object.entries(held).map(([service, gpus]): BoundPod => ({
    namespace: "models",
    name: `${service}-${name}`,
    labels: { service },
    requests: gpuPod(gpus).requests,
    priority: 0,
  }));
  const used = Object.values(held).reduce((sum, gpus) => sum + gpus, 0);
  const plain = freeNode(name, total);
  return { ...plain, bound, free: { ...plain.free, [GPU]: total - used } };
}

function demand(service: string, gpus: number, replicas: number, change: Partial<PodShape> = {}): Demand {
  return { pod: gpuPod(gpus, change), replicas, isOwn: ({ labels }) => labels.service === service };
}

describe("headroom", () => {
  it("a first deployment of all accelerators fits, and leaves no place for an update", () => {
    const granite = demand("granite", 8, 1);
    const account = ledger([node("a")], [granite]);
    assert.deepEqual(misfits(account, granite), { count: 0, proven: true });
    assert.deepEqual(surgePlaces(account, granite, 1), { count: 0, proven: true });
  });

  it("two half nodes give no place for a whole one", () => {
    const granite = demand("granite", 8, 1);
    const account = ledger([node("a", { granite: 8 }), node("b", { other: 4 }), node("c", { other: 4 })], [granite]);
    assert.deepEqual(surgePlaces(account, granite, 1), { count: 0, proven: true });
  });

  it("gives the places of surplus pods to the update, whichever end", () => {
    const [whole, half] = [demand("granite", 8, 1), demand("granite", 4, 1)];
    const both = [node("a", { granite: 4 }), node("b", { granite: 4 })];
    const two = ledger(both, [whole]);
    assert.deepEqual(surgePlaces(two, whole, 1), { count: 1, proven: true });
    assert.equal(rolloutOn(two, whole, { surge: 1, unavailable: 0 }).outcome, "completes");
    const uneven = ledger([node("a", { granite: 4 }), node("b", { granite: 4 }, 4)], [whole]);
    assert.deepEqual(surgePlaces(uneven, whole, 1), { count: 0, proven: false });
    assert.equal(rolloutOn(uneven, whole, { surge: 1, unavailable: 0 }).outcome, "may-deadlock");
    const kept = { ...half, keepsSurplus: true };
    const full = ledger([node("a", { granite: 4 }, 4), node("b", { granite: 4 }, 4)], [kept]);
    assert.deepEqual(surgePlaces(full, kept, 1), { count: 0, proven: true });
  });

  it("what runs stays where it is", () => {
    const granite = demand("granite", 8, 1);
    const account = ledger([node("a", { granite: 8 }), node("b")], [granite]);
    assert.equal(account.running.get(granite), 1);
    assert.deepEqual(surgePlaces(account, granite, 1), { count: 1, proven: true });
  });

  it("a service that is not running yet takes the place another one's update would need", () => {
    const granite = demand("granite", 8, 1);
    const phi = demand("phi", 1, 1);
    const nodes = [node("a", { granite: 8 }), node("b")];
    assert.deepEqual(surgePlaces(ledger(nodes, [granite, phi]), granite, 1), { count: 0, proven: true });
    assert.deepEqual(surgePlaces(ledger(nodes, [granite, phi]), phi, 1), { count: 1, proven: true });
  });

  it("moves pods that do not run yet out of the way before it says that nothing fits", () => {
    const wide = demand("wide", 3, 1);
    const small = demand("small", 2, 1);
    const [a, b] = [node("a", {}, 5), node("b", {}, 4)];
    const account = ledger([a, b], [wide, small]);
    assert.deepEqual(misfits(account, wide).count + misfits(account, small).count, 0);
    assert.equal(surgePlaces(account, small, 1).count, 1);
  });

  it("counts a service that outgrows its place", () => {
    const grown = demand("granite", 4, 2);
    const account = ledger([node("a", { granite: 1 }, 4), node("b", { other: 8 })], [grown]);
    assert.deepEqual(misfits(account, grown), { count: 1, proven: true });
  });

  it("lets new pods have the place of the old ones in the end", () => {
    const same = demand("granite", 8, 1);
    const account = ledger([node("a", { granite: 8 })], [same]);
    assert.deepEqual(misfits(account, same), { count: 0, proven: true });
  });

  it("blames the one that finds no place, not the one that does", () => {
    const first = demand("first", 8, 1);
    const second = demand("second", 5, 1);
    const account = ledger([node("a")], [second, first]);
    assert.deepEqual(misfits(account, first), { count: 0, proven: true });
    assert.deepEqual(misfits(account, second), { count: 1, proven: true });
  });

  it("counts the places there are, up to those wanted", () => {
    const phi = demand("phi", 2, 3);
    assert.deepEqual(surgePlaces(ledger([node("a")], [phi]), phi, 2), { count: 1, proven: false });
    assert.deepEqual(surgePlaces(ledger([node("a"), node("b")], [phi]), phi, 2), { count: 2, proven: true });
  });

  it("finds who must wait when several update at once", () => {
    const [one, two] = [demand("one", 4, 1), demand("two", 4, 1)];
    const account = ledger([node("a", { one: 4 }), node("b", { two: 4, other: 4 })], [one, two]);
    assert.equal(
      crowdedOut(
        account,
        new Map([
          [one, 1],
          [two, 1],
        ]),
      ).size,
      1,
    );
    assert.equal(crowdedOut(account, new Map([[one, 1]])).size, 0);
  });

  it("only ever promises places that exist", () => {
    const services = fc.array(
      fc.record({ gpus: fc.integer({ min: 1, max: 5 }), replicas: fc.integer({ min: 1, max: 3 }) }),
      { minLength: 1, maxLength: 3 },
    );
    const clusters = fc.array(fc.record({ total: fc.nat(8), held: fc.nat(4) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(services, clusters, fc.integer({ min: 1, max: 4 }), (some, cluster, wanted) => {
        const nodes = cluster.map(({ total, held }, i) => node(`n${i}`, { other: Math.min(held, total) }, total));
        const demands = some.map(({ gpus, replicas }, i) => demand(`s${i}`, gpus, replicas));
        const account = ledger(nodes, demands);
        for (const one of demands) {
          const { count } = surgePlaces(account, one, wanted);
          assert.ok(count <= wanted);
          assert.ok(count <= slots(one.pod, nodes), "no more than on the nodes as they are");
          const missing = misfits(account, one).count;
          assert.ok(missing >= 0 && missing <= one.replicas);
        }
        for (const { free } of account.filled) assert.ok((free[GPU] ?? 0) >= 0);
      }),
    );
  });
});
