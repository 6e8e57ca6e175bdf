/** Changes that people make to manifests, wrong ones and harmless ones. */
import * as fc from "fast-check";
import { change, isList, isObject, type Json, type Mistake, paths, pick, valueAt } from "./change";
import { settings } from "./settings";

const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  3_000_000_000,
  "",
  "x",
  "-1",
  "1.5x",
  "10Gib",
  "Upper_Case",
  [],
  ["x"],
  [1],
  {},
  { x: "y" },
  [{}],
];

/** Something wrong somewhere. */
const somewhere: fc.Arbitrary<Mistake> = fc.oneof(
  fc.record({ place: fc.nat(), value: fc.constantFrom(...wrongValues) }).map(({ place, value }) => ({
    label: `value ${JSON.stringify(value)} somewhere`,
    apply: (object: Json) => {
      change(object, pick(paths(object), place), () => value);
    },
  })),
  fc.nat().map((place) => ({
    label: "a field left out",
    apply: (object: Json) => {
      change(object, pick(paths(object), place), () => undefined);
    },
  })),
  fc
    .record({ place: fc.nat(), key: fc.constantFrom("replicas", "modelFromat", "image", "name") })
    .map(({ place, key }) => ({
      label: `an undeclared ${key}`,
      apply: (object: Json) => {
        const objects = paths(object).filter((path) => isObject(valueAt(object, path)));
        change(object, pick(objects, place), (value) => (isObject(value) ? { [key]: "x", ...value } : value));
      },
    })),
  fc.nat().map((place) => ({
    label: "an item twice",
    apply: (object: Json) => {
      const lists = paths(object).filter((path) => Array.isArray(valueAt(object, path)));
      change(object, pick(lists, place), (value) => (isList(value) ? [...value, ...value.slice(0, 1)] : value));
    },
  })),
);

/** Up to three changes that make sense for a kind. */
export function mistakesFor(kind: string): fc.Arbitrary<Mistake[]> {
  const known = fc.oneof(...(settings[kind] ?? []));
  const one = fc.oneof({ weight: 3, arbitrary: known }, { weight: 2, arbitrary: somewhere });
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant<Mistake[]>([]) },
    { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 2 }) },
  );
}
