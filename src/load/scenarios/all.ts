import { deadlineStorm } from './deadlineStorm.js';
import { gatewayOutage } from './gatewayOutage.js';
import { hotOrder } from './hotOrder.js';
import { reviewBacklog } from './reviewBacklog.js';
import { saleDay } from './saleDay.js';
import type { Scenario } from './scenario.js';
import { steady } from './steady.js';

export const SCENARIOS: readonly Scenario[] = [steady, saleDay, hotOrder, reviewBacklog, gatewayOutage, deadlineStorm];
