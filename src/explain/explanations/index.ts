// Ways to explain what a model says: each is a file of its own, and a line here.

export { gradCam } from './gradCam.js';
export { integratedGradients } from './integratedGradients.js';
export { saliency } from './saliency.js';
