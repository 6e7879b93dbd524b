// The one script of every page. Pages work without it; it adds what changes under the reader's eyes.
import { BallotList } from "./elements/ballot-list.js";
import { BallotPaper } from "./elements/ballot-paper.js";
import { ConnectionStatus } from "./elements/connection-status.js";
import { CopyButton } from "./elements/copy-button.js";
import { CountDown } from "./elements/count-down.js";
import { ExportProgress } from "./elements/export-progress.js";
import { KeyShortcuts } from "./elements/key-shortcuts.js";
import { FitWindow } from "./elements/fit-window.js";
import { LiveNews } from "./elements/live-news.js";
import { LiveRefresh } from "./elements/live-refresh.js";
import { LiveStream } from "./elements/live-stream.js";
import { PostBox } from "./elements/post-box.js";
import { PresenceLine } from "./elements/presence-line.js";
import { QuestionList } from "./elements/question-list.js";
import { SpeakingClock } from "./elements/speaking-clock.js";
import { TimeZoneGuess } from "./elements/time-zone-guess.js";
import { TurnoutMeter } from "./elements/turnout-meter.js";
import { tellBookmark } from "./core/bookmark.js";
import { keepDrafts } from "./core/drafts.js";
import { closeMenus } from "./core/menus.js";
import { pressInPlace } from "./core/presses.js";
import { tellZone } from "./core/zone.js";

const elements = {
  "ballot-list": BallotList,
  "ballot-paper": BallotPaper,
  "connection-status": ConnectionStatus,
  "copy-button": CopyButton,
  "count-down": CountDown,
  "export-progress": ExportProgress,
  "key-shortcuts": KeyShortcuts,
  "fit-window": FitWindow,
  "live-news": LiveNews,
  "live-refresh": LiveRefresh,
  "live-stream": LiveStream,
  "post-box": PostBox,
  "presence-line": PresenceLine,
  "question-list": QuestionList,
  "speaking-clock": SpeakingClock,
  "time-zone-guess": TimeZoneGuess,
  "turnout-meter": TurnoutMeter,
};

keepDrafts(document);
pressInPlace(document);
closeMenus(document);
tellZone(document);
tellBookmark(document);
for (const [name, element] of Object.entries(elements)) customElements.define(name, element);
