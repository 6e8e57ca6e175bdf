import { deploy, runtime, service } from "../fixture";

const granite = service({ gpus: 2 });
granite.spec.predictor.model.resources.requests["nvidia.com/gpu"] = "1";
deploy(runtime(), granite);
