import { walkEveryState } from './model/walk.js';

walkEveryState('return');
