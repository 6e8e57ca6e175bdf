/** examples/broken/no-headroom with the fix that its finding names. */
import { deploy, runtime, service } from "../../../../examples/broken/fixture";

const granite = service({ gpus: 8, replicas: 2 });
const deploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
deploy(runtime(), { ...granite, spec: { predictor: { ...granite.spec.predictor, deploymentStrategy } } });
