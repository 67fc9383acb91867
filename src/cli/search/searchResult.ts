/** What was found for one picture. */
export interface SearchResult {
  /** The picture's path, as it was given. */
  readonly picture: string;
  /** The most similar first. */
  readonly neighbours: readonly SimilarPicture[];
}

/** A picture of the index. */
export interface SimilarPicture {
  /** Its path in the folder that the index was built from. */
  readonly name: string;
  /** Where it is, unless the folder was moved. */
  readonly path: string;
  /** Its number in the index. */
  readonly index: number;
  readonly label?: string;
  /** The cosine of the angle between the vectors, from −1 to 1. */
  readonly similarity: number;
}
