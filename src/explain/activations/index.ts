// What filters say of pictures.

export { activationsOf, type ActivationsOptions } from './activationsOf.js';
export {
  activationSheet,
  type ActivationSheet,
  type ActivationSheetOptions,
  type SheetTile,
} from './activationSheet.js';
export { deadFilters, type DeadFiltersOptions, type LayerFilters } from './deadFilters.js';
export { drawReceptiveField, type ReceptiveFieldDrawingOptions } from './drawReceptiveField.js';
export {
  mostActivating,
  type ActivatingPicture,
  type MostActivatingOptions,
  type TakenPicture,
} from './mostActivating.js';
export {
  receptiveFieldOf,
  type PictureBox,
  type ReceptiveFieldOptions,
  type UnitReceptiveField,
} from './receptiveFieldOf.js';
