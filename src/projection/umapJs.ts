/** UMAP, in a module of its own: the build makes one file of it and the packages it comes from. */
export { UMAP } from 'umap-js';
