import { deploy, runtime, service } from "../fixture";

const granite = service();
granite.spec.predictor.tolerations = [];
deploy(runtime(), granite);
