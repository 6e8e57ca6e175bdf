import { openShiftAISchema } from "../../../sdk/spec/platform/openShiftAI";
import { openShiftAIRules } from "../../../sdk/spec/platform/openShiftAIRules";
import { table } from "./messageTable";

const KUEUE =
  'kueue.state: "Managed" is not "Unmanaged" or "Removed"; the platform\'s webhook denies it ("Managed is no longer supported as a managementState"): install Kueue with its own operator and write "Unmanaged"';

/** @covers PL-2, PL-3, PL-14 */
describe("arguments of OpenShiftAI", () => {
  table("on version 3", openShiftAISchema, openShiftAIRules, { version: "3.4" }, [
    [
      "ModelMesh",
      { modelMesh: true },
      "modelMesh: ModelMesh does not exist in version 3.4: version 3 removed it; serve each model by an InferenceService of its own, many small models of one format by an OpenVINO runtime, variants of one language model by LoRA adapters",
    ],
    [
      "serverless serving",
      { kserve: { deploymentMode: "Serverless" } },
      'kserve.deploymentMode: serverless serving does not exist in version 3.4: version 3 runs raw deployments only; leave deploymentMode out, or use upstream KServe (component KServe, deploymentMode "Knative")',
    ],
    [
      "the only mode that there is",
      { kserve: { deploymentMode: "RawDeployment" } },
      "kserve.deploymentMode: version 3.4 knows raw deployments only; leave deploymentMode out",
    ],
    [
      "upstream's word for a mode",
      { kserve: { deploymentMode: "Knative" } },
      'kserve.deploymentMode: "Knative" is not "RawDeployment" or "Serverless"; this platform calls it Serverless',
    ],
    ["Kueue that the platform runs", { kueue: { state: "Managed" } }, KUEUE],
    [
      "a component of version 2",
      { components: { datasciencepipelines: "Managed", codeflare: "Managed" } },
      "components.datasciencepipelines: does not exist in version 3.4: it ended with 3.0; did you mean aipipelines?",
      "components.codeflare: does not exist in version 3.4: it ended with 3.0",
    ],
    [
      "what came later",
      { components: { ogx: "Managed" }, kserve: { modelCache: {} } },
      "components.ogx: does not exist in version 3.4, only since 3.5; did you mean llamastackoperator?",
      "kserve.modelCache: does not exist in version 3.4, only since 3.5",
    ],
    [
      "a version with a patch level",
      { version: "v3.4.2" },
      'version: "v3.4.2" is not a version such as "2.25" or "3.4"; did you mean 3.4?',
    ],
    [
      "a misspelt component",
      { components: { dashbord: "Managed" } },
      "components.dashbord: unknown key; did you mean dashboard?",
    ],
    [
      "a misspelt switch",
      { dashboard: { flags: { disableKserve: true } } },
      "dashboard.flags.disableKserve: unknown key; did you mean disableKServe?",
    ],
    [
      "a feature without what it needs",
      {
        features: { distributedInference: true, queues: true },
        dependencies: { certManager: "skip" },
        kueue: { state: "Removed" },
      },
      'dependencies.certManager: the feature distributedInference needs it; expected "create", or "existing" where somebody else installed it',
      'dependencies.certManager: the feature queues needs it; expected "create", or "existing" where somebody else installed it',
      'kueue.state: the feature queues needs it; expected "Unmanaged"',
    ],
    [
      "objects that no operator acts on",
      { operator: "skip" },
      'operator: without an operator nothing acts on the platform\'s objects; expected "existing", or "skip" for dataScienceCluster as well',
    ],
    [
      "a connection type that the platform owns, and fields without sense",
      {
        connectionTypes: {
          s3: { fields: [] },
          own: {
            fields: [
              { type: "section", name: "A", envVar: "A" },
              { type: "text", name: "B" },
              { type: "dropdown", name: "C", envVar: "C" },
              { type: "text", name: "D", envVar: "C" },
            ],
          },
        },
      },
      "connectionTypes.s3: s3 is preinstalled by the platform, which owns it; choose another name",
      "connectionTypes.own.fields[0].envVar: a section has no value; leave envVar out",
      "connectionTypes.own.fields[1].envVar: is missing; expected the key of the Secret for the value",
      "connectionTypes.own.fields[2].choices: a dropdown needs at least one choice",
      'connectionTypes.own.fields[3].envVar: "C" is the key of fields[2] already',
    ],
    [
      "several mistakes at once",
      { distribution: "rhoai", operatorSettings: { targetNamespace: [] }, readyTimeoutSeconds: 0 },
      'distribution: "rhoai" is not "openshift-ai" or "open-data-hub"',
      "operatorSettings.targetNamespace: unknown key; did you mean targetNamespaces?",
      "readyTimeoutSeconds: 0 is not a whole number of at least 1",
    ],
  ]);

  table("on version 3.5", openShiftAISchema, openShiftAIRules, {}, [
    [
      "two ways to choose the nodes of the cache",
      { kserve: { modelCache: { nodeNames: ["a"], nodeSelector: { b: "c" } } } },
      "kserve.modelCache.nodeSelector: excludes nodeNames; expected one of the two",
    ],
    [
      "a cache on no node",
      { kserve: { modelCache: { nodeNames: [] } } },
      "kserve.modelCache.nodeNames: [] is not a list of names of nodes",
    ],
  ]);

  table("on version 2", openShiftAISchema, openShiftAIRules, { version: "2.25", modelMesh: true }, [
    [
      "what only version 3 has",
      {
        features: { distributedInference: true },
        monitoring: { metricsStorage: "5Gi" },
        dashboard: { isLLMdDefault: true, hardwareProfileOrder: [], flags: { disableLLMd: true } },
        components: { aipipelines: "Managed" },
        kserve: { nim: { airGapped: true } },
      },
      "components.aipipelines: does not exist in version 2.25, only since 3.0; did you mean datasciencepipelines?",
      "kserve.nim.airGapped: does not exist in version 2.25, only since 3.4",
      "dashboard.isLLMdDefault: does not exist in version 2.25, only since 3.2",
      "dashboard.hardwareProfileOrder: does not exist in version 2.25, only since 3.0",
      "dashboard.flags.disableLLMd: does not exist in version 2.25, only since 3.3",
      "features.distributedInference: LLMInferenceServices do not exist in version 2.25, only since 3.0",
      "monitoring.metricsStorage: stored metrics do not exist in version 2.25, only since 3.0",
    ],
    [
      "a community build whose channel nobody named",
      { distribution: "open-data-hub" },
      "operatorSettings.channel: is missing; no published source read names the channel of Open Data Hub 2",
    ],
  ]);
});
