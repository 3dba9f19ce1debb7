// 페이지의 한국어 문구. What the page says, in Korean: the keys are those of en.js, in its order.
//
// 용어: run 런, tag 태그, step 스텝, point 점, series 계열, scalar 스칼라, graph 그래프, node 노드, op 연산, edge 간선,
// smoothing 평활화, card 카드, chart 차트, pin 고정, crosshair 십자선, outlier 이상값, log directory 로그 디렉터리.

export const LANGUAGE = 'ko';

/** @type {import('../lib/say.js').Table} */
export const TEXTS = {
  // what is counted
  'count.run': '런 {n}개',
  'count.point': '점 {n}개',
  'count.file': '파일 {n}개',
  'count.byte': '{n}바이트',
  'count.problem': '문제 {n}건',

  // said in many places
  close: '닫기',
  'of.read': '{all} 중 {done} 읽음',

  // the page around every dashboard
  'tab.scalars': '스칼라',
  'tab.graphs': '그래프',
  'shell.dashboards': '대시보드',
  'shell.connected': '연결됨',
  'shell.lost': '연결 끊김',
  'shell.lost.about': '연결이 끊겨 오래된 내용이 보일 수 있습니다',
  'shell.silent': '서버가 응답하지 않습니다',
  'shell.silent.api': '서버가 응답하지 않습니다. neuronboard가 아직 실행 중인가요?',
  'shell.gone': '{why}. 지금 보이는 내용은 {time} 기준이며, 다시 연결되면 저절로 이어집니다.',
  'shell.failed': '{path} 요청에 서버가 {status}(으)로 응답했습니다',
  'shell.unknown': '“{id}” 대시보드는 없습니다',
  'shell.unknown.out': '위의 탭 중 하나를 고르세요.',
  'shell.facts': '{runs} · {points}',
  'shell.facts.about': '{path}: {files}, {bytes}',
  'shell.keys': '단축키',
  'shell.version': 'NeuronBoard {version}',

  'look.title': '화면 설정',
  'look.theme': '테마',
  'look.theme.auto': '시스템 설정',
  'look.theme.light': '밝게',
  'look.theme.dark': '어둡게',
  'look.language': '언어',
  'look.language.auto': '브라우저 설정',

  'log.title': '로그 디렉터리',
  'log.path': '경로',
  'log.files': '파일',
  'log.bytes': '크기',
  'log.bytes.waiting': '{read}; 파일 끝의 {bytes}는 아직 완전한 레코드가 아닙니다',
  'log.points': '점',
  'log.series': '계열',
  'log.series.none': '없음',
  'log.memory': '메모리',
  'log.memory.limit': '{size}(한도 {limit})',
  'log.memory.each': '{size}, 점 하나에 {each}바이트',
  'log.problems': '문제',
  'log.scanner': '스캐너',
  'log.scanner.c': 'C 확장',
  'log.scanner.python': '순수 Python: NeuronBoard를 설치할 때 컴파일러가 없었습니다',
  'log.loading': '불러오는 중 {percent} %: {total} 중 {read}, {files} 중 {done}개, 지금까지 점 {points}개',
  'log.loading.name': '불러오는 중',
  'log.damaged': '일부를 읽지 못했습니다: {problems}',
  'log.damaged.at': '{offset}번째 바이트에서 {message}, {skipped}바이트 건너뜀: ',
  'log.damaged.more': '{n}건 더 있습니다(api/status에 모두 나옵니다)',

  'keys.filter': '필터로 이동',
  'keys.tabs': '스칼라, 그래프로 이동',
  'keys.chart.move': '차트: 십자선 이동, Shift와 함께 10점씩, Ctrl과 함께 보이는 구간 이동',
  'keys.chart.zoom': '차트: 확대, 축소, 전체 보기(Ctrl을 누르거나 클릭한 뒤의 휠도 같음)',
  'keys.drag': '끌기',
  'keys.chart.drag': '차트: 구간 확대, Alt와 함께 사각형 확대, Shift와 함께 보이는 구간 이동',
  'keys.click': '클릭, p',
  'keys.chart.pin': '차트: 커서 고정(두 개면 차이와 기울기 표시)',
  'keys.chart.letters': '차트: 첫 NaN, 이상값 제외, y축 로그, 표',
  'keys.chart.escape': '차트: 커서 해제, 전체 보기. 다른 곳: 닫기',
  'keys.double': '두 번 클릭',
  'keys.double.about': '차트: 전체 보기. 런: 이 런만 보기',
  'keys.runs': '런 목록: 이동, 접기와 펴기. Space로 선택, Shift와 함께 범위 선택. Enter는 이 런만 보기, c는 색 고르기',
  'keys.graph.enter': '그래프: 상자 열기와 닫기, 접어 둔 노드 꺼내기. Space는 선택만',
  'keys.graph.walk': '그래프: 간선을 따라 데이터 방향 또는 반대 방향으로 이동, ← →는 옆으로, Esc는 바깥 상자로',
  'keys.graph.zoom': '그래프: 확대, 축소, 전체 보기',
  'keys.help': '단축키 보기',

  // the filter of runs
  'filter.near': '. 혹시 “{name}”인가요?',
  'filter.there': '. 사용할 수 있는 열: {names}',
};
