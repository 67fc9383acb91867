export * from './classScores.js';
export * from './confusionChart.js';
export * from './confusionCounts.js';
export * from './curves.js';
export * from './draw.js';
export * from './evaluationPage.js';
export * from './explainMistakes.js';
export type { InsideDrawings } from './insideSection.js';
export type { Inside, InsideExample } from './inside.js';
export * from './learningRateChart.js';

export * from './learningRatePage.js';
export * from './resultsCsv.js';
export * from './runPage.js';
export * from './lookInside.js';
export type { MistakeDrawings } from './mistakesSection.js';
export type * from './runResult.js';
export type { TestDrawings, TestedModel } from './testSections.js';
export * from './writeReport.js';
