import { deploy, runtime, service } from "../fixture";

const granite = service({ gpus: 2 });
granite.spec.predictor.model.args = [];
deploy(runtime(), granite);
