import assert from "node:assert/strict";
import fc from "fast-check";
import { strategyErrors, strategyRefusal } from "../../../../sdk/capacity/rollout/deploymentStrategy";
import { rolloutOf } from "../../../../sdk/capacity/rollout/rollout";

const rolling = (maxSurge?: string | number, maxUnavailable?: string | number) => ({
  type: "RollingUpdate",
  rollingUpdate: {
    ...(maxSurge !== undefined && { maxSurge }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  },
});

const AT = "spec.strategy.rollingUpdate";
const NO_PERCENTAGE =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

describe("the strategy of a Deployment", () => {
  for (const [what, strategy, errors] of [
    ["none", undefined, []],
    ["a bare Recreate", { type: "Recreate" }, []],
    ["no type", { rollingUpdate: { maxSurge: 1 } }, []],
    ["no bounds", { type: "RollingUpdate" }, []],
    ["more than 100 % of surge", rolling("300%"), []],
    ["a bound that rounds down to 0 at few replicas", rolling(0, "1%"), []],
    ["surge alone 0: the other bound has its default", rolling(0), []],
    ["unavailable alone 0", rolling(undefined, 0), []],
    ["all pods missing", rolling(0, "100%"), []],
    ["both 0", rolling(0, 0), [`${AT}.maxUnavailable: Invalid value: 0: may not be 0 when \`maxSurge\` is 0`]],
    [
      "0 of both kinds",
      rolling("0%", 0),
      [`${AT}.maxUnavailable: Invalid value: 0: may not be 0 when \`maxSurge\` is 0`],
    ],
    [
      "more missing than there are",
      rolling(1, "101%"),
      [`${AT}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`],
    ],
    ["a negative number", rolling(-1), [`${AT}.maxSurge: Invalid value: -1: must be greater than or equal to 0`]],
    ["a negative text", rolling("-1"), [`${AT}.maxSurge: Invalid value: "-1": ${NO_PERCENTAGE}`]],
    ["a number as text", rolling("1"), [`${AT}.maxSurge: Invalid value: "1": ${NO_PERCENTAGE}`]],
    [
      "a text that counts as 0",
      rolling("abc", 0),
      [
        `${AT}.maxSurge: Invalid value: "abc": ${NO_PERCENTAGE}`,
        `${AT}.maxUnavailable: Invalid value: 0: may not be 0 when \`maxSurge\` is 0`,
      ],
    ],
    [
      "both wrong, in the order of the fields",
      rolling("", "1.5%"),
      [
        `${AT}.maxUnavailable: Invalid value: "1.5%": ${NO_PERCENTAGE}`,
        `${AT}.maxSurge: Invalid value: "": ${NO_PERCENTAGE}`,
        `${AT}.maxUnavailable: Invalid value: "1.5%": may not be 0 when \`maxSurge\` is 0`,
      ],
    ],
    [
      "Recreate with bounds",
      { type: "Recreate", rollingUpdate: {} },
      [`${AT}: Forbidden: may not be specified when strategy \`type\` is 'Recreate'`],
    ],
    [
      "no such type",
      { type: "Recrate" },
      [
        'spec.strategy: Unsupported value: {"Type":"Recrate","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      "no such type, with bounds that nobody fills in",
      { type: "recreate", rollingUpdate: { maxSurge: "10%" } },
      [
        'spec.strategy: Unsupported value: {"Type":"recreate","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"10%"}}: ' +
          'supported values: "Recreate", "RollingUpdate"',
      ],
    ],
  ] as const) {
    it(`${what}: ${errors.length === 0 ? "taken" : "refused"}`, () => {
      const found = strategyErrors(strategy).map(({ field, body }) => `${field}: ${body}`);
      assert.deepEqual(found, errors);
    });
  }

  it("is refused in one sentence about the Deployment", () => {
    assert.equal(strategyRefusal("granite-predictor", undefined), undefined);
    assert.equal(
      strategyRefusal("granite-predictor", rolling(0, 0)),
      `Deployment.apps "granite-predictor" is invalid: ${AT}.maxUnavailable: Invalid value: 0: may not be 0 when \`maxSurge\` is 0`,
    );
    assert.match(strategyRefusal("a", rolling("x", "y")) ?? "", /is invalid: \[spec\..*, spec\..*\]$/);
  });

  it("has bounds at every number of replicas where it is taken", () => {
    const bound = fc.option(
      fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom("0%", "30%", "150%", "-1%", "7", "")),
      { nil: undefined },
    );
    fc.assert(
      fc.property(bound, bound, fc.nat(20), (surge, unavailable, replicas) => {
        const strategy = rolling(surge, unavailable);
        if (strategyErrors(strategy).length > 0) return;
        const found = rolloutOf(strategy, replicas);
        assert.ok(replicas === 0 || found.surge + found.unavailable > 0);
      }),
    );
  });
});
