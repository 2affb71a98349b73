//! Words of forms and code tables in the traditional script: 戶號 is 户号, 長子 is 长子. Never a name.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Characters of such words, and the same in the simplified script.
const TRADITIONAL: &str = "\
    戶號證與關係聯繫絡電話別齡歲現門樓層棟單區鄉鎮縣務業職學歷動態狀況備註險養補貼額發領時間開終銷對員黨選舉權會級類殘視聽語體請審準擬應參繳費標\
    產賃編碼錄誌願隊組長婦兒孫親屬離遷轉無異執從國華廣東車處辦獎計劃資訊數據總頁續簽見記鄰裡裏幾個為實際內圖點滿雙獨連歸貧濟結論後當還並優撫軍醫\
    療術衛書幹舊圍樹頭遠義愛戰團網遺帶勞僱營壓廳廠裝農漁牆環衞認調該將戲過達進運邊鄧釋鐵陽階隨雜難順須預顧顯風飯館駐驗髒鬥龍廢弔徵協條檔殯減測漢\
    傷僑兩劑勵匯啟嬰孃寫寶專屆庫張彈徹復恆慶戀掃換搖擴擔敗敘斷於暫曆構機欄歡氣滅漲潔灣災煙燈爭牽犧獻疊癥盜監盤礎禮稅種稱穩窮節範築籌糧紀約納紙統\
    經維緊線緩縮織罰罷脫腦臨興艙藝藥蘇虛蟲製複覽觀規訪設許訴診詢試詳誠誤說課談諒諮講謝識譯護讀變讓豐貨販責貴買貸賀賣質賬賠贊贍趕跡軌軟載輔輕輪輸\
    辭遲適郵醜釐針鈔銀錢錯鍵鎖鐘閉閒閱闊陳陸隱雖靈靜響項題饋騙驟鬆魚鮮鳥麗黃齊齒";
const SIMPLIFIED: &str = "\
    户号证与关系联系络电话别龄岁现门楼层栋单区乡镇县务业职学历动态状况备注险养补贴额发领时间开终销对员党选举权会级类残视听语体请审准拟应参缴费标\
    产赁编码录志愿队组长妇儿孙亲属离迁转无异执从国华广东车处办奖计划资讯数据总页续签见记邻里里几个为实际内图点满双独连归贫济结论后当还并优抚军医\
    疗术卫书干旧围树头远义爱战团网遗带劳雇营压厅厂装农渔墙环卫认调该将戏过达进运边邓释铁阳阶随杂难顺须预顾显风饭馆驻验脏斗龙废吊征协条档殡减测汉\
    伤侨两剂励汇启婴娘写宝专届库张弹彻复恒庆恋扫换摇扩担败叙断于暂历构机栏欢气灭涨洁湾灾烟灯争牵牺献叠症盗监盘础礼税种称稳穷节范筑筹粮纪约纳纸统\
    经维紧线缓缩织罚罢脱脑临兴舱艺药苏虚虫制复览观规访设许诉诊询试详诚误说课谈谅咨讲谢识译护读变让丰货贩责贵买贷贺卖质账赔赞赡赶迹轨软载辅轻轮输\
    辞迟适邮丑厘针钞银钱错键锁钟闭闲阅阔陈陆隐虽灵静响项题馈骗骤松鱼鲜鸟丽黄齐齿";

static SCRIPT: LazyLock<HashMap<char, char>> = LazyLock::new(|| TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect());

/// The simplified character of a traditional one; every other stays itself.
pub fn simplified(c: char) -> char {
    SCRIPT.get(&c).copied().unwrap_or(c)
}
