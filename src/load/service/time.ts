/** The time of a load, in milliseconds that never go back. */
export interface Time {
  now(): number;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /** epoch milliseconds */
  wall(): number;
}

export const machineTime: Time = {
  now: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  wall: () => Date.now(),
};
