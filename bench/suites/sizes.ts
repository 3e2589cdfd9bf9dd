/** Orders in the file where one size is held against another. */
export const FEW = 10_000;
export const MANY = 1_000_000;

export const ordersText = (orders: number): string => `${orders.toLocaleString('en')} orders`;
