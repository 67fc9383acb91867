// Ways to explain what a model says: each is a file of its own, and a line here.

export { ablationCam } from './ablationCam.js';
export { cam } from './cam.js';
export { eigenCam } from './eigenCam.js';
export { gradCam } from './gradCam.js';
export { gradCamPlusPlus } from './gradCamPlusPlus.js';
export { gradientTimesInput } from './gradientTimesInput.js';
export { guidedBackpropagation } from './guidedBackpropagation.js';
export { hiResCam } from './hiResCam.js';
export { integratedGradients } from './integratedGradients.js';
export { layerCam } from './layerCam.js';
export { occlusion } from './occlusion.js';
export { rise } from './rise.js';
export { saliency } from './saliency.js';
export { scoreCam } from './scoreCam.js';
export { smoothGrad } from './smoothGrad.js';
export { xGradCam } from './xGradCam.js';
