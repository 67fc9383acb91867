import { render } from 'preact';
import { startAddress } from './address/address.js';
import { startTheme } from './design/theme.js';
import { Studio } from './frame/Studio.js';
import { startKeys } from './keys/keys.js';
import { startLanguage } from './language/language.js';
import { findServer } from './server/studioServer.js';
import './design/studio.css';

startTheme();
startLanguage();
startAddress();
startKeys();
void findServer();
render(<Studio />, document.getElementById('studio')!);
