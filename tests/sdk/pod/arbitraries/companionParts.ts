/** Random transformers and explainers. */
import * as fc from "fast-check";
import { annotations, containerParts, labels, nodeSelector, type PartChoice, some, tolerations } from "./podParts";
import { batcher, logger, serviceAccountName, storageUri, storageUris } from "./storageParts";

const ARGUMENTS = ["--model_name=mine", "--predictor_host", "elsewhere", "--http_port=9000", "--workers=3", "--x"];

function container(choice: PartChoice): fc.Arbitrary<object> {
  return fc
    .record({
      name: fc.constantFrom("", "kserve-container", "mine"),
      parts: containerParts(choice),
      args: fc.option(fc.subarray(ARGUMENTS), { nil: undefined }),
      model: fc.option(storageUri, { nil: undefined }),
    })
    .map(({ name, parts, args, model }) => {
      const { env = [], ...rest } = parts as { env?: object[] };
      const variables = model === undefined ? env : [...env, { name: "STORAGE_URI", value: model }];
      return { image: "mine/transformer:1", ...rest, name, env: variables, ...(args === undefined ? {} : { args }) };
    });
}

const shared = some({
  labels,
  annotations,
  nodeSelector,
  tolerations,
  serviceAccountName,
  logger,
  batcher,
  minReplicas: fc.constantFrom(0, 1, 2),
  containerConcurrency: fc.constantFrom(0, 4),
  deploymentStrategy: fc.constantFrom({ type: "Recreate" }, { rollingUpdate: { maxSurge: "50%" } }),
});

/** Either the variable of the container names a model, or the component names several. */
function withLocations(component: object, uris: object): object {
  return JSON.stringify(component).includes("STORAGE_URI") ? component : { ...component, ...uris };
}

const locations = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, storageUris);

function custom(choice: PartChoice): fc.Arbitrary<object> {
  const sidecar = fc.constantFrom([], [{ name: "extra", image: "extra:1" }]);
  return fc
    .tuple(container(choice), sidecar, shared, locations)
    .map(([main, others, rest, uris]) => withLocations({ ...rest, containers: [main, ...others] }, uris));
}

const art = fc
  .tuple(
    some({
      storageUri: fc.constantFrom("s3://b/explainer", "pvc://claim/e"),
      runtimeVersion: fc.constantFrom("v0.15"),
      config: fc.constantFrom({ nb_classes: "10", a: "<1>" }),
      args: fc.subarray(["--predictor_host=x", "--workers=1", "--y"]),
      image: fc.constantFrom("mine/art:2"),
      resources: fc.constantFrom({ limits: { cpu: "2" } }),
      env: fc.constantFrom([{ name: "A", value: "1" }]),
    }),
    shared,
  )
  .map(([parts, rest]) => ({ ...rest, art: { type: "SquareAttack", ...parts } }));

/** Components beside a predictor, for `spec`; mostly none. */
export function companions(choice: PartChoice): fc.Arbitrary<object> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: custom(choice).map((transformer) => ({ transformer })) },
    { weight: 1, arbitrary: fc.oneof(custom(choice), art).map((explainer) => ({ explainer })) },
  );
}
