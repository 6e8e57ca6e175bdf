/** Random LLMInferenceServices and their Configs, such that the API server accepts them and what KServe makes of them. */
import * as fc from "fast-check";
import type { LLMInferenceService, LLMInferenceServiceConfig } from "../../../../sdk/kubernetes/llmInferenceService";
import {
  affinity,
  containerParts,
  imagePullSecrets,
  nodeSelector,
  type PartChoice,
  some,
  tolerations,
  volumes,
} from "../arbitraries/podParts";

/** A service and the Configs that it refers to. */
export interface LlmCase {
  service: LLMInferenceService;
  configs: LLMInferenceServiceConfig[];
}

/** Stands in texts for a name and a namespace that are only known later. */
const NAMESPACE = "llm-cases";
const NAME = "llm-case";

const uri = fc.constantFrom(
  "hf://facebook/opt-125m",
  "hf://RedHatAI/granite-3.3-8b-instruct:main",
  "s3://models/llama/8b",
  "pvc://claim",
  "pvc://claim/models/llama",
  "oci://quay.io/models/granite:3.3",
);
const metadata = fc.record({
  labels: some({
    "kueue.x-k8s.io/queue-name": fc.constantFrom("gold", "team-a"),
    team: fc.constantFrom("ml", "ops"),
  }),
  annotations: some({
    "prometheus.io/scrape": fc.constantFrom("true"),
    "k8s.v1.cni.cncf.io/networks": fc.constantFrom("roce-p2"),
    "kueue.x-k8s.io/note": fc.constantFrom("x"),
    "leaderworkerset.sigs.k8s.io/exclusive-topology": fc.constantFrom("rack"),
    "example.com/mine": fc.constantFrom("1"),
  }),
});
const podMetadata = {
  labels: some({ tier: fc.constantFrom("gold", "silver"), "app.kubernetes.io/version": fc.constantFrom("1", "2") }),
  annotations: some({ note: fc.constantFrom("plain", "a & <b>"), "prometheus.io/port": fc.constantFrom("8000") }),
};

const ARGUMENTS = [
  ...[
    "--max-model-len=4096",
    "--enforce-eager",
    "",
    "a b",
    "$(A)",
    '--json={"a": "<b>&"}',
    "back\\slash",
    "line\nbreak",
  ],
  ...[
    "--served={{ .Spec.Model.Name }}",
    "{{- .Name }} x",
    "at {{ .ObjectMeta.Namespace -}} x",
    "{{ or .Spec.Replicas 7 }}",
  ],
  ...["{{ ChildName .Name `-own` }}", "{{ if .Spec.Replicas }}many{{ else }}one{{ end }}", "{{/* nothing */}}", "}}"],
];
const ownArgs = fc.array(fc.constantFrom(...ARGUMENTS), { maxLength: 4 });

/** The presets probe over HTTP; a second kind of probe would be refused. */
const choice = (names: string[]): PartChoice => ({ handler: "http", gpuRequests: true, volumes: names });

function mainContainer(names: string[]): fc.Arbitrary<object> {
  return fc
    .record({
      parts: containerParts(choice(names)),
      own: some({ args: ownArgs, image: fc.constantFrom("mine/vllm:2", "mine/vllm") }),
    })
    .map(
      // The arguments of the parts are templates of another kind.
      ({ parts, own }) => ({
        name: "main",
        ...Object.fromEntries(Object.entries(parts).filter(([key]) => key !== "args")),
        ...own,
      }),
    );
}

function extraContainer(names: string[]): fc.Arbitrary<object> {
  return containerParts(choice(names)).map((parts) => ({
    ...parts,
    args: ["--own"],
    name: "sidecar",
    image: "mine/sidecar:1",
  }));
}

/** A partial pod; what it leaves out comes from a preset. */
function podTemplate(isAccountAllowed: boolean): fc.Arbitrary<object> {
  return volumes.chain((own) => {
    const names = own.map(({ name }) => name);
    const containers = fc
      .record({
        main: mainContainer(names),
        extra: extraContainer(names),
        parts: fc.subarray(["main", "extra"] as const),
      })
      .map(({ main, extra, parts }) => parts.map((part) => (part === "main" ? main : extra)));
    return fc
      .record({
        containers,
        rest: some({
          nodeSelector,
          affinity,
          tolerations,
          imagePullSecrets,
          priorityClassName: fc.constantFrom("high"),
          terminationGracePeriodSeconds: fc.constantFrom(0, 120),
          initContainers: fc.constantFrom([{ name: "warm", image: "busybox:1.36", command: ["true"] }]),
          hostIPC: fc.boolean(),
          ...(isAccountAllowed ? { serviceAccountName: fc.constantFrom("reader") } : {}),
        }),
      })
      .map(({ containers: list, rest }) => ({
        containers: list,
        ...(own.length === 0 ? {} : { volumes: own }),
        ...rest,
      }));
  });
}

type Topology = "single" | "data";

function parallelism(topology: Topology): fc.Arbitrary<object> {
  const shared = { tensor: fc.constantFrom(1, 2, 8), expert: fc.boolean(), dataRPCPort: fc.constantFrom(5556) };
  if (topology === "single") return some({ parallelism: some(shared) });
  const sizes = fc.constantFrom([2, 1], [4, 2], [16, 8], [8, 8], [5, 2], [1, 4]);
  return fc
    .tuple(some(shared), sizes)
    .map(([rest, [data, dataLocal]]) => ({ parallelism: { ...rest, data, dataLocal } }));
}

function workload(topology: Topology, isAccountAllowed = true): fc.Arbitrary<object> {
  return fc
    .tuple(
      parallelism(topology),
      some({ replicas: fc.constantFrom(0, 1, 2, 3), ...podMetadata, template: podTemplate(isAccountAllowed) }),
      topology === "data" ? podTemplate(isAccountAllowed).map((worker) => ({ worker })) : fc.constant({}),
    )
    .map((parts) => Object.assign({}, ...parts) as object);
}

const inline = fc.constantFrom(
  {
    plugins: [{ type: "queue-scorer", parameters: { threshold: 0, on: false, text: "" } }],
    apiVersion: "v1",
    kind: "EndpointPickerConfig",
  },
  { kind: "EndpointPickerConfig", "a<b>": "x & y" },
);
const schedulerMain = fc
  .record({
    name: fc.constant("main"),
    args: fc.constantFrom(
      undefined,
      ["--v=4"],
      ["--config-text", "{}"],
      ["-configFile", "/c"],
      ["--enable-cert-reload"],
      ["--ha-enable-leader-election"],
    ),
    image: fc.constantFrom(undefined, "mine/epp:1"),
    env: fc.constantFrom(undefined, [{ name: "LOG", value: "1" }]),
  })
  .map((container) => ({ containers: [container] }));
const scheduler = some({
  ...podMetadata,
  replicas: fc.constantFrom(1, 2),
  config: inline.map((value) => ({ inline: value })),
  template: fc.tuple(schedulerMain, some({ nodeSelector, tolerations })).map(([main, rest]) => ({ ...main, ...rest })),
});
const router = fc.constantFrom("none", "route", "all", "pool").chain((kind): fc.Arbitrary<object> => {
  if (kind === "none") return fc.constant({});
  if (kind === "route") return fc.constant({ router: { route: {}, gateway: {} } });
  if (kind === "pool") return fc.constant({ router: { scheduler: { pool: { ref: { name: "shared-pool" } } } } });
  return scheduler.map((spec) => ({ router: { route: {}, gateway: {}, scheduler: spec } }));
});

function configObject(index: number, topology: Topology): fc.Arbitrary<{ metadata: { name: string } }> {
  return fc
    .tuple(
      some({ ...podMetadata, replicas: fc.constantFrom(1, 4), template: podTemplate(false) }),
      topology === "data" ? some({ worker: podTemplate(false) }) : fc.constant({}),
      some({
        model: fc.constant({ uri: "hf://base/model", name: `base-${index}` }),
        storageInitializer: fc.record({ enabled: fc.boolean() }),
      }),
    )
    .map((parts) => ({
      apiVersion: "serving.kserve.io/v1alpha2",
      kind: "LLMInferenceServiceConfig",
      metadata: { name: `${NAME}-base-${index}`, namespace: NAMESPACE },
      spec: Object.assign({}, ...parts),
    }));
}

const topologies = fc.record({
  main: fc.constantFrom<Topology>("single", "single", "data"),
  prefill: fc.constantFrom<Topology | undefined>(undefined, undefined, "single", "data"),
});

/** Cases for {@link namedCase}. */
export const llmCases: fc.Arbitrary<object> = topologies.chain(({ main, prefill }) =>
  fc
    .record({
      metadata,
      model: fc.record({ uri, name: fc.constantFrom(undefined, "served/model", "{ m }") }),
      main: workload(main),
      prefill: prefill === undefined ? fc.constant({}) : workload(prefill).map((spec) => ({ prefill: spec })),
      router,
      storage: some({ storageInitializer: fc.record({ enabled: fc.boolean() }) }),
      configs: fc.subarray([0, 1]).chain((indexes) => fc.tuple(...indexes.map((index) => configObject(index, main)))),
    })
    .map(({ metadata: meta, configs, model, main: own, prefill: second, router: routing, storage }) => ({
      service: {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceService",
        metadata: { name: NAME, namespace: NAMESPACE, ...meta },
        spec: {
          model,
          ...own,
          ...second,
          ...routing,
          ...storage,
          ...(configs.length === 0
            ? {}
            : { baseRefs: configs.map(({ metadata: { name } }: { metadata: { name: string } }) => ({ name })) }),
        },
      },
      configs,
    })),
);

/** A case under a name and in a namespace of its own. */
export function namedCase(one: object, name: string, namespace = NAMESPACE): LlmCase {
  return JSON.parse(JSON.stringify(one).replaceAll(NAMESPACE, namespace).replaceAll(NAME, name)) as LlmCase;
}
