//! The header words that are known, and what longer ones are understood by.

use crate::mapping::Field;

#[allow(clippy::too_many_lines)]
pub(super) fn exact(word: &str) -> Option<Field> {
    Some(match word {
        "序号" | "编号" | "序" | "号" | "No" | "NO" | "No." | "NO." | "顺序号" | "项次" | "行号" | "原编号"
        | "档案号" | "档案编号" | "登记号" | "id" | "ID" => Field::Serial,
        "登记编号" => Field::Key,
        "证件状态" | "来源" => Field::Ignore,
        "姓名" | "名字" | "成员姓名" | "家庭成员姓名" | "家庭成员" | "人员姓名" | "居民姓名" | "本人姓名"
        | "被登记人" | "成员" | "主申请人" | "主申请人姓名" | "选民" | "居住人" | "申请人" | "参保人"
        | "申请人姓名" | "参保人姓名" | "老人姓名" | "党员姓名" | "残疾人姓名" | "村民姓名" | "承租人"
        | "承租人姓名" | "租客" | "租客姓名" | "租户" | "租户姓名" | "租住人" | "住户姓名" | "学生姓名"
        | "患者姓名" | "妇女姓名" | "育妇姓名" | "女方姓名" | "妻子姓名" | "妻姓名" | "流动人口姓名" | "暂住人姓名"
        | "暂住人员" | "常住人口姓名" | "住户" | "居民" | "老人" | "姓 名" | "人员" | "保障对象" | "保障对象姓名"
        | "享受人" | "享受人姓名" | "对象姓名" | "补贴对象" | "发放对象" | "救助对象" | "低保对象" | "帮扶对象"
        | "优抚对象" | "补助对象" | "慰问对象" | "受益人" | "受益人姓名" | "补贴对象姓名" | "救助对象姓名"
        | "候选人" | "候选人姓名" | "走访对象" | "被走访人" | "被访人" | "受访人" | "探访对象" | "服务对象"
        | "被征收人" | "被拆迁人" | "签约人" | "搬迁人" | "学龄儿童" | "儿童" | "学员" | "学员姓名" | "学生"
        | "幼儿姓名" | "孕妇姓名" | "产妇姓名" | "老年人" | "老年人姓名" | "姓名(全称)" | "户内成员" | "家庭人员"
        | "家庭成员名单" | "受助人" | "现住人员" | "居住人员" => Field::Name,
        "曾用名" | "别名" | "又名" | "原名" | "小名" | "乳名" | "其他姓名" | "原姓名" | "旧姓名" | "旧名"
        | "原用名" | "变更前姓名" | "更改前姓名" | "改名前姓名" | "更名前姓名" | "更名前" | "改名前" | "户口原姓名" => {
            Field::FormerName
        }
        "现姓名" | "新姓名" | "现名" | "新名" | "现用名" | "变更后姓名" | "更改后姓名" | "改名后姓名"
        | "更名后姓名" | "更名后" | "改名后" => Field::Name,
        "性别" | "性 别" | "男/女" | "男女" | "性" | "sex" => Field::Sex,
        "出生年月" | "出生日期" | "出生年月日" | "生日" | "出生时间" | "出生" | "生年月日" | "出生年" | "生于" => {
            Field::Birth
        }
        "年龄" | "周岁" | "岁数" | "实足年龄" | "年纪" | "岁" => Field::Age,
        "身份证号码"
        | "身份证号"
        | "公民身份号码"
        | "身份证"
        | "证件号码"
        | "证件号"
        | "身份号码"
        | "公民身份证号"
        | "公民身份证号码"
        | "居民身份证号"
        | "居民身份证号码"
        | "身份证件号码"
        | "有效证件号码"
        | "本人身份证"
        | "本人身份证号"
        | "公民身份证"
        | "身份证编号"
        | "18位身份证号" => Field::Number,
        "证件类型" | "证件种类" | "证件名称" | "证件类别" => Field::NumberKind,
        "与户主关系"
        | "关系"
        | "家庭关系"
        | "与户主的关系"
        | "同户主关系"
        | "户主关系"
        | "与业主关系"
        | "与承租人关系"
        | "成员关系"
        | "称谓"
        | "与户主"
        | "与户长关系"
        | "家庭成员关系"
        | "与房主关系"
        | "与产权人关系"
        | "家属关系"
        | "和户主关系"
        | "与户主之关系"
        | "亲属关系"
        | "与申请人关系"
        | "与主要承租人关系" => Field::Relation,
        "走访户" | "受访户" | "慰问户" | "联系户" | "结对户" | "帮扶户" | "户代表" | "户代表姓名" | "家庭代表"
        | "户主" | "户主姓名" | "户主名" | "户主名字" | "户主(姓名)" => Field::HeadName,
        "户主身份证" | "户主身份证号" | "户主身份证号码" | "户主证件号" => Field::HeadNumber,
        "户号" | "户编号" | "家庭编号" | "户序号" | "户序" | "户籍号" | "户口编号" | "户口簿号" | "户口本号"
        | "户代码" | "家庭户号" | "户口号" | "户口簿编号" | "户次" | "户别号" | "户籍编号" | "户口本编号"
        | "家庭代码" | "户标识" | "家庭序号" | "户编码" => Field::HouseholdNumber,
        "人口数" | "家庭人口" | "家庭人口数" | "人数" | "户人口" | "户人口数" | "全家人口" | "家庭人数" | "人口"
        | "户内人数" | "保障人数" | "户均人口" | "同住人数" | "在册人数" | "家庭成员数" => {
            Field::HouseholdSize
        }
        "住址"
        | "地址"
        | "家庭住址"
        | "现住址"
        | "居住地址"
        | "居住地"
        | "现居住地"
        | "现居住地址"
        | "详细地址"
        | "详细住址"
        | "门牌号"
        | "门牌"
        | "家庭地址"
        | "住所"
        | "现住房"
        | "住房地址"
        | "房屋地址"
        | "居住详址"
        | "现住地址"
        | "楼栋门牌"
        | "楼门号"
        | "实际居住地"
        | "居住地详址"
        | "家庭详细住址"
        | "住房"
        | "居住小区及楼号"
        | "楼房号"
        | "房屋坐落"
        | "暂住地址"
        | "租住地址"
        | "房屋位置"
        | "现住"
        | "本地住址"
        | "楼栋单元房号"
        | "楼号单元房号"
        | "楼-单元-室"
        | "居住位置"
        | "家庭居住地址"
        | "暂住地"
        | "租住地"
        | "门牌地址"
        | "楼牌号" => Field::Address,
        "原住址" | "原居住地" | "原地址" | "原住地址" | "原居住地址" | "前住址" | "曾住址" | "搬迁前住址" => {
            Field::FormerAddress
        }
        "街路巷" | "街道路巷" | "街巷" | "路名" | "街巷名称" | "道路名称" | "街路巷名称" | "街(路、巷)"
        | "街、路、巷" | "路街巷" | "路巷" | "街道名称" | "胡同" | "巷名" | "路段" => Field::Lane,
        "门楼牌" | "门楼牌号" | "门牌号码" | "门牌附号" | "门(楼)牌号" | "门楼号" | "门牌(号)" => {
            Field::Address
        }
        "小区" | "小区名称" | "所在小区" | "居住小区" | "楼盘" | "自然村" | "自然屯" | "屯" | "庄" | "路弄"
        | "里弄" | "弄堂" | "弄" | "院落" | "村庄" | "湾" | "自然村名" => Field::Estate,
        "楼号" | "楼栋" | "栋号" | "幢号" | "楼栋号" | "楼" | "栋" | "幢" | "楼座" | "座号" | "几号楼" | "楼幢"
        | "楼宇" | "楼幢号" | "楼房" | "楼牌" => Field::Building,
        "单元" | "单元号" | "单元门" | "门洞" | "门" | "梯" | "门栋" | "楼门" | "楼道" | "楼洞" => {
            Field::Unit
        }
        "楼层" | "层" | "层数" | "所在楼层" => Field::Floor,
        "房号" | "室" | "房间号" | "室号" | "户室" | "房间" | "房室" | "室号码" | "门号" | "户门号" | "房室号"
        | "房屋号" | "号码室" | "门户号" | "住宅号" | "房" | "户室号" | "房牌号" | "号房" => {
            Field::Room
        }
        "组" | "组别" | "组号" | "小组" | "所属小组" | "村民小组" | "居民小组" | "所在小组" | "组名" | "村组"
        | "所属组" | "生产组" | "网格" | "所属网格" | "网格号" | "所在组" | "队" | "生产队" => {
            Field::Group
        }
        "常住/暂住"
        | "居住"
        | "居住性质"
        | "人员类别"
        | "居住类别"
        | "人口类型"
        | "人口类别"
        | "居住类型"
        | "居住状态"
        | "居住情况"
        | "人口性质"
        | "人户状态"
        | "人户情况"
        | "人户一致"
        | "人户关系"
        | "户籍状态"
        | "户籍性质"
        | "是否常住"
        | "人员类型"
        | "人口属性"
        | "人员性质"
        | "居民类别"
        | "居民类型"
        | "户籍/流动"
        | "是否户籍"
        | "是否本地户籍"
        | "居住属性"
        | "户口状态"
        | "常/暂住"
        | "常住或暂住"
        | "户籍类别"
        | "户籍类型"
        | "户籍情况"
        | "是否户籍人口"
        | "户籍人口/流动人口"
        | "常住暂住"
        | "户籍否"
        | "在册情况"
        | "人员状态"
        | "人口状态"
        | "现状"
        | "人员现状"
        | "居住现状"
        | "居住状况"
        | "状态"
        | "目前状态"
        | "当前状态"
        | "在住情况"
        | "在住状态"
        | "是否在住"
        | "是否居住"
        | "居住标识"
        | "人口标识"
        | "户籍标识"
        | "户口标识"
        | "户籍标志"
        | "人户标识"
        | "住户状态"
        | "人员情况"
        | "人口现状"
        | "居住类别(常/暂)"
        | "人户"
        | "户籍常住流动"
        | "性质" => Field::Residency,
        "户籍地址"
        | "户口所在地"
        | "籍贯"
        | "户籍地"
        | "户籍所在地"
        | "户口地址"
        | "原籍"
        | "户籍住址"
        | "户口所在"
        | "户口地"
        | "户籍"
        | "户籍所在"
        | "户籍详址"
        | "户籍地详址"
        | "户口登记地"
        | "来源地"
        | "来自何地"
        | "老家"
        | "原户籍地"
        | "祖籍"
        | "户口所在地址"
        | "流出地"
        | "户籍地(省市县)"
        | "户口所在地详址"
        | "原住地" => Field::HukouAddress,
        "户口性质" | "户口类别" | "户别" | "户口类型" | "农业/非农业" | "户口" | "户类型" | "户类别" | "农业非农业" => {
            Field::HukouKind
        }
        "联系电话" | "电话" | "手机" | "手机号" | "联系方式" | "手机号码" | "电话号码" | "本人电话" | "家庭电话"
        | "固定电话" | "座机" | "移动电话" | "联系手机" | "宅电" | "电话/手机" | "通讯方式" | "联络电话"
        | "常用电话" | "本人联系电话" | "联系号码" | "固话" => Field::Phone,
        "民族" | "族别" | "民 族" => Field::Ethnic,
        "文化程度" | "学历" | "文化" | "受教育程度" | "教育程度" | "最高学历" | "文化水平" | "学历程度" => {
            Field::Education
        }
        "政治面貌" | "党派" | "面貌" | "政治" | "政治身份" | "党团" | "党员/群众" | "党团员" | "政治情况" => {
            Field::Political
        }
        "婚姻状况" | "婚姻" | "婚否" | "婚姻情况" | "婚况" | "婚姻状态" | "婚配" | "是否已婚" => {
            Field::Marital
        }
        "职业"
        | "从业状况"
        | "就业状况"
        | "就业情况"
        | "就业"
        | "工作情况"
        | "职业状况"
        | "从业情况"
        | "工作状况"
        | "工作"
        | "职业类别"
        | "身份"
        | "从业"
        | "在职情况"
        | "工作单位及职务"
        | "工作单位及职业"
        | "职业(工作)"
        | "就业状态"
        | "从事职业"
        | "从事工作"
        | "就业(学)情况"
        | "现从事职业"
        | "职业情况" => Field::Employment,
        "工作单位"
        | "单位"
        | "就读学校"
        | "工作(学习)单位"
        | "务工单位"
        | "服务处所"
        | "工作地点"
        | "单位名称"
        | "工作或学习单位"
        | "学校"
        | "就业单位"
        | "从业单位"
        | "现工作单位" => Field::Workplace,
        "备注" | "说明" | "备 注" | "其他" | "其他情况" | "备考" | "附注" | "情况说明" | "特殊情况" | "备注说明"
        | "其他说明" | "需说明情况" | "特殊情况说明" | "附记" | "附言" | "记事" | "注" | "其它" | "摘要" | "注明" => {
            Field::Remark
        }
        "迁入时间" | "迁入日期" | "入住时间" | "入住日期" | "来本地时间" | "来本地日期" | "来本社区时间"
        | "起租时间" | "来本市时间" | "居住时间" | "暂住时间" | "流入时间" | "流入日期" | "何时来本地" | "登记日期"
        | "登记时间" | "租住时间" | "来本村时间" => Field::MovedInOn,
        "死亡时间" | "死亡日期" | "死亡年月" | "去世时间" | "去世日期" | "亡故时间" | "亡故日期" | "病故时间"
        | "逝世时间" | "逝世日期" => Field::DiedOn,
        "迁出时间"
        | "迁出日期"
        | "迁出年月"
        | "离开时间"
        | "离开日期"
        | "搬离时间"
        | "搬离日期"
        | "搬走时间"
        | "搬走日期"
        | "迁离时间"
        | "外迁时间"
        | "退租时间"
        | "退租日期"
        | "退场时间"
        | "退场日期"
        | "离场时间"
        | "离场日期"
        | "退宿时间"
        | "退宿日期"
        | "离宿时间"
        | "离宿日期"
        | "搬出时间"
        | "搬出日期"
        | "返乡时间"
        | "返乡日期"
        | "离开本社区日期"
        | "离开本社区时间"
        | "离开本地时间"
        | "户口迁出时间" => Field::MovedOutOn,
        "变动时间" | "变动日期" | "减少时间" | "减少日期" | "注销时间" | "注销日期" | "销户时间" | "销户日期"
        | "变更时间" | "户口注销时间" | "户口注销日期" => Field::LeftOn,
        "去向" | "迁往地" | "迁往何地" | "迁出地址" | "迁往地址" | "流向" | "迁移去向" => {
            Field::LeftTo
        }
        "迁移情况" | "户口迁移情况" | "迁移说明" | "迁移记录" | "迁徙情况" | "迁入迁出情况" | "迁出迁入情况"
        | "户口变动情况" | "人口变动情况" | "人员变动情况" | "变动" | "异动情况" | "异动" | "变动类别" | "变动原因"
        | "减少原因" | "注销原因" | "变动情况" | "异动类别" | "变动类型" | "异动原因" => {
            Field::LeftKind
        }
        "家庭成员情况"
        | "家庭成员信息"
        | "同住人员"
        | "同住人"
        | "共同居住人"
        | "家庭成员(姓名、关系)"
        | "家庭成员及关系"
        | "同住家属"
        | "共同居住人员"
        | "随行人员"
        | "随迁人员" => Field::Members,
        _ => return change(word),
    })
}

/// 变化原因, 减员类别, 异动月份: what changed of somebody, and when.
fn change(word: &str) -> Option<Field> {
    let plain = word.split('(').next().unwrap_or(word);
    let rest = ["人口变动", "人员变动", "变动", "变更", "变化", "异动", "增减", "减少", "核减", "减员"]
        .iter()
        .find_map(|w| plain.strip_prefix(w))?;
    match rest {
        "原因" | "类型" | "类别" | "情况" | "事由" | "说明" | "种类" | "方式" => Some(Field::LeftKind),
        "时间" | "日期" | "年月" | "月份" | "年月日" => Some(Field::LeftOn),
        _ => None,
    }
}

/// English headers, and the initials registers of the police write: XM, GMSFHM, YHZGX.
pub(super) fn latin(word: &str) -> Option<Field> {
    if !word.is_ascii() {
        return None;
    }
    let plain: String = word.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    Some(match plain.as_str() {
        "seq" | "serial" | "serialno" | "xh" | "sno" | "index" => Field::Serial,
        "name" | "fullname" | "residentname" | "membername" | "xm" | "xingming" => Field::Name,
        "formername" | "cym" => Field::FormerName,
        "sex" | "gender" | "xb" | "xingbie" => Field::Sex,
        "birth" | "birthday" | "birthdate" | "dateofbirth" | "dob" | "csrq" | "csny" => Field::Birth,
        "age" | "nl" => Field::Age,
        "idno" | "idnumber" | "idcard" | "idcardno" | "idcardnumber" | "identityno" | "identitycard"
        | "identitynumber" | "citizenid" | "gmsfhm" | "sfzh" | "sfzhm" | "zjhm" | "sfz" | "sfzhao" => Field::Number,
        "idtype" | "zjlx" => Field::NumberKind,
        "relation" | "relationship" | "relationtohead" | "relationshiptohead" | "yhzgx" | "gx" | "jtgx" => {
            Field::Relation
        }
        "head" | "headofhousehold" | "householder" | "householdhead" | "hz" | "hzxm" => Field::HeadName,
        "hzsfzh" | "hzsfhm" | "hzgmsfhm" | "headid" => Field::HeadNumber,
        "householdno" | "householdid" | "householdnumber" | "hh" | "hbh" | "jthh" => Field::HouseholdNumber,
        "householdsize" | "rks" | "jtrks" => Field::HouseholdSize,
        "address" | "homeaddress" | "dz" | "zz" | "jtzz" | "xzz" | "jzdz" | "xzdz" => Field::Address,
        "estate" | "compound" | "community" | "xq" | "xqmc" => Field::Estate,
        "building" | "bldg" | "buildingno" | "block" | "ld" | "lh" | "ldh" | "zh" | "lz" => Field::Building,
        "unit" | "unitno" | "entrance" | "dy" | "dyh" => Field::Unit,
        "floor" => Field::Floor,
        "room" | "roomno" | "flat" | "apartment" | "apt" | "fh" | "fjh" | "sh" => Field::Room,
        "residence" | "residency" | "residencetype" | "residentstatus" | "residencystatus" | "residentype" | "jzlx"
        | "jzzt" | "rklx" | "rylb" | "rylx" => Field::Residency,
        "hukou" | "hukouaddress" | "domicile" | "nativeplace" | "hjdz" | "hjd" | "hkszd" | "jg" => Field::HukouAddress,
        "tel" | "phone" | "mobile" | "telephone" | "phoneno" | "phonenumber" | "contact" | "cellphone"
        | "mobilephone" | "telno" | "contactnumber" | "lxdh" | "dh" | "sjh" | "sjhm" | "lxfs" => Field::Phone,
        "ethnic" | "ethnicity" | "ethnicgroup" | "nation" | "nationality" | "mz" => Field::Ethnic,
        "education" | "whcd" | "xl" => Field::Education,
        "politicalstatus" | "political" | "zzmm" => Field::Political,
        "maritalstatus" | "marital" | "marriage" | "hyzk" => Field::Marital,
        "occupation" | "job" | "zy" => Field::Employment,
        "workplace" | "employer" | "company" | "gzdw" | "fwcs" => Field::Workplace,
        "remark" | "remarks" | "note" | "notes" | "memo" | "comments" | "bz" => Field::Remark,
        _ => return None,
    })
}

/// By what a header contains; the first that fits.
pub(super) fn containing(word: &str) -> Option<Field> {
    const RULES: &[(&[&str], &[&str], Field)] = &[
        // (any of, none of, meaning)
        (
            &["残疾证", "低保证", "房产证", "结婚证", "存折", "账号", "帐号", "卡号", "开户", "社保号", "医保号"],
            &[],
            Field::Extra,
        ),
        (
            &["后四位", "后4位", "后六位", "后6位", "末四位", "末六位", "尾号", "后几位"],
            &["电话", "手机", "卡"],
            Field::NumberTail,
        ),
        (&["身份证", "公民身份", "证件号", "身份号"], &["类型", "复印", "地址", "住址"], Field::Number),
        (&["曾用名"], &[], Field::FormerName),
        (&["关系"], &["组织", "劳动", "党", "供养", "联系"], Field::Relation),
        (&["姓名"], &["签名", "签字", "单位"], Field::Name),
        (&["性别"], &[], Field::Sex),
        (&["出生", "生日"], &["地", "医学", "人口", "证"], Field::Birth),
        (&["年龄", "周岁"], &[], Field::Age),
        (&["电话", "电話", "手机", "手機", "联系方式", "座机", "小灵通"], &[], Field::Phone),
        (&["民族"], &[], Field::Ethnic),
        (&["文化程度", "学历", "教育程度"], &[], Field::Education),
        (&["政治面貌"], &[], Field::Political),
        (&["婚姻", "婚否"], &["变动", "时间", "日期"], Field::Marital),
        (
            &["户籍地", "户口所在", "户籍所在", "籍贯", "户口地", "原籍", "户籍详细", "户籍省", "户籍住"],
            &["是否"],
            Field::HukouAddress,
        ),
        (&["户口性质", "户口类"], &[], Field::HukouKind),
        (
            &["常住", "暂住", "人户", "居住性质", "居住类", "人口类", "人员类别", "居住状", "是否户籍", "流动人口"],
            &["地址", "住址", "时间", "日期", "证", "原因"],
            Field::Residency,
        ),
        (&["户号", "户编号"], &["账", "帐"], Field::HouseholdNumber),
        (&["家庭人口", "人口数"], &[], Field::HouseholdSize),
        (&["工作单位", "就读学校", "务工单位", "单位名称"], &[], Field::Workplace),
        (
            &["住址", "地址", "门牌", "居住地", "现住"],
            &["户籍", "户口", "工作", "单位", "通讯", "邮", "迁", "原籍"],
            Field::Address,
        ),
        (&["楼号", "楼栋", "栋号", "幢号"], &["长"], Field::Building),
        (&["单元"], &["长"], Field::Unit),
        (&["房号", "室号", "房间"], &["数", "面积"], Field::Room),
        (&["村民小组", "居民小组", "组别"], &["长"], Field::Group),
        (&["职业", "就业", "从业"], &["培训", "意愿", "困难", "资格", "证"], Field::Employment),
        (&["备注", "说明"], &[], Field::Remark),
        (&["入住时间", "迁入时间", "来本"], &["原因", "事由"], Field::MovedInOn),
        (&["去世时间", "死亡时间", "死亡日期", "去世日期", "亡故时间"], &["迁出", "迁移", "证明"], Field::DiedOn),
        (&["迁出时间", "迁出日期", "搬离时间", "离开时间"], &["死亡", "去世"], Field::MovedOutOn),
        (
            &["死亡或迁出", "迁出或死亡", "死亡/迁出", "迁出/死亡", "死亡、迁出", "注销时间", "注销日期"],
            &[],
            Field::LeftOn,
        ),
        (
            &["人口变动", "人员变动", "户籍变动", "户口变动", "变动情况", "变动说明", "异动"],
            &["时间", "日期", "年月", "金额"],
            Field::LeftKind,
        ),
        (&["序号", "流水"], &[], Field::Serial),
        (
            &["证号"],
            &["居住证", "暂住证", "低保", "工作证", "党", "军", "房", "结婚", "出生", "退休", "优待"],
            Field::Number,
        ),
        (&["户籍类"], &[], Field::Residency),
    ];
    // Short words are understood by one character, long ones are not.
    const SHORT: &[(&[&str], &[&str], Field)] = &[
        (&["座", "栋", "幢", "楼"], &["长", "层", "院", "盘"], Field::Building),
        (&["门洞", "单元", "梯"], &[], Field::Unit),
        (&["户门", "室", "房号", "房间", "门号"], &[], Field::Room),
        (&["楼院", "院", "小区", "屯", "庄"], &["长"], Field::Estate),
        (&["户主"], &["关系", "是否", "原", "签", "证", "电话"], Field::HeadName),
        (&["人员名", "人名", "住户名", "居民名", "户内人"], &[], Field::Name),
        (&["角色", "称呼", "亲属"], &[], Field::Relation),
        (&["通讯", "联络", "电联"], &["员", "人"], Field::Phone),
        (&["居住形式", "住户类型", "居住方式", "住别"], &[], Field::Residency),
        (&["组"], &["长"], Field::Group),
        (&["族"], &[], Field::Ethnic),
    ];
    let fits = |(any, none, _): &&(&[&str], &[&str], Field)| {
        any.iter().any(|w| word.contains(w)) && !none.iter().any(|w| word.contains(w))
    };
    let long = RULES.iter().find(fits);
    let short = || SHORT.iter().filter(|_| word.chars().count() <= 5).find(fits);
    long.or_else(short).map(|(_, _, field)| field.clone())
}
