/**
 * The device tree that firmware hands over on a T8103 (Apple M1) laptop: every block of the chip and of the
 * board.
 * One node per line, indentation is the tree, a line beginning with `+` goes on with the one before.
 * `readNodes` tells the notation. Nodes that follow from the machine description (processors, memory,
 * options)
 * are made in `appleSilicon.ts` and stand before these.
 */
export const T8103_NODES = `
hibernate type=hibernate
amfm type=amfm
arm-io type=t8103-io compat=arm-io,t8103 reg=210f00000+2000,211f00000+2000,210050000+2000
+ soc-generation:str=H13 #address-cells:u32=2 #size-cells:u32=2
  spi2 type=spi compat=spi-1,spimc reg=35108000+4000 int=616 #address-cells:u32=1 #size-cells:u32=7
    mesa type=mesa compat=biosensor,mesa cell=0 intparent=@gpio int=104,3
  spi3 type=spi compat=spi-1,spimc reg=3510c000+4000 int=617 #address-cells:u32=1 #size-cells:u32=7
    ipd type=ipd compat=hid-transport,spi cell=0 intparent=@nub-gpio int=13,100663297
  spi4 type=spi compat=spi-1,spimc reg=35110000+4000 int=618 #address-cells:u32=1 #size-cells:u32=7
    dp855 type=tcon compat=parade,DP855 cell=0
      lcd-pmicwp
      lcd-pmic
      lcd-sswp
      lcd-ss
      tcon-registers
      lcd-eeprom
  i2c1 handle=2b type=i2c compat=i2c,t8101|i2c,s5l8940x|iic,soft reg=35014000+4000 int=628
  + #size-cells:u32=3
    audio-tas5770L-spkr-l type=audio-control compat=audio-control,tas5770 cell=31 intparent=@gpio
    + int=182,1
  i2c3 type=i2c compat=i2c,t8101|i2c,s5l8940x|iic,soft reg=3501c000+4000 int=630 #size-cells:u32=3
    audio-codec-output type=audio-control compat=audio-control,cs42l83 cell=48 intparent=@gpio int=183,1
    audio-tas5770L-spkr-r type=audio-control compat=audio-control,tas5770 cell=34
  fpwm type=fpwm compat=fpwm,t8101|fpwm,s5l8920x reg=35044000+4000 int=633
    kbd-backlight type=fpwm cell=0
  alc0 type=i2s compat=alc,t8103
    audio-leap-mic type=leap-audio-data compat=audio-data,external cell=4201
  wlan type=wlan intparent=@gpio int=196,2
  uart2 type=uart compat=uart-1,samsung reg=35208000+4000 int=607 uart-version:u32=1
    wlan-debug type=wlan-debug
  bluetooth type=bluetooth compat=bluetooth,n88 intparent=@gpio int=136,33554434
  apcie type=pci compat=apcie,t8103
  + reg=690000000+10000000,680000000+40000,680080000+90000,6800c0000+20000,68c000000+4000,3d2bc000+1000
  + int=695,698,701 msi-vector-offset:u32=2c0 #msi-vectors:u32=20 #ports:u32=3 #address-cells:u32=3
  + #size-cells:u32=2
    pci-bridge0 compat=pci-bridge0 cell=0 apcie-port:u32=0 msi-vector-base:u32=0 #msi-vectors:u32=8
    + maximum-link-speed:u32=2 built-in:flag #address-cells:u32=1 #size-cells:u32=0
      wlan type=pcie-device compat=wlan-pcie,bcm4378|wlan-pcie,bcm cell=0 iommu=@mapper-apcie0-wlan
      bluetooth-pcie type=pcie-device compat=wlan-pcie,bcm4378|wlan-pcie,bcm cell=100
      + iommu=@mapper-apcie0-bt
  dart-apcie0 type=dart compat=dart,t8020 reg=681008000+4000 int=696 page-size:u32=4000
    mapper-apcie0-wlan type=dart-mapper compat=iommu-mapper cell=1
    mapper-apcie0-bt type=dart-mapper compat=iommu-mapper cell=2
  apciec0 type=pci-c compat=apciec,t8103 reg=3b0000000+10000000,3a0000000+4000 int=770
  + msi-vector-offset:u32=2e2 #msi-vectors:u32=20 #address-cells:u32=3 #size-cells:u32=2
    pcic0-bridge compat=pciec-bridge cell=0
  dart-apciec0 type=dart compat=dart,t8020 reg=3a1008000+4000 int=771 page-size:u32=4000
    mapper-pciec0-piodma type=dart-mapper compat=iommu-mapper cell=f
  apciec0-piodma type=apciec0-piodma compat=pciec-apiodma,t8103 reg=3a2000000+4000,3a2004000+4000 int=772
  + iommu=@mapper-pciec0-piodma
  acio0 type=acio compat=acio reg=381f00000+fc0a4,381db0000+30004
  + int=795,796,797,798,799,800,801,802,803,804,805,806,783,784,785,786,787,788,789,790,791,792,793,794
  + iommu=@mapper-acio0 port-number:u32=1 port-type:u32=2
  dart-acio0 type=dart compat=dart,t8020 reg=381a80000+4000 int=810 page-size:u32=4000 sids:u32=8003
    mapper-acio0 type=dart-mapper compat=iommu-mapper cell=1
  acio-cpu0 type=acio-cpu compat=iop,m3wrap-v2-acio reg=381100000+144,38110a000+144 int=813,812,815,814
  + role:str=ACIO0
    iop-acio0-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
  apciec1 type=pci-c compat=apciec,t8103 reg=530000000+10000000,520000000+4000 int=850
  + msi-vector-offset:u32=332 #msi-vectors:u32=20 #address-cells:u32=3 #size-cells:u32=2
    pcic1-bridge compat=pciec-bridge cell=0
  dart-apciec1 type=dart compat=dart,t8020 reg=521008000+4000 int=851 page-size:u32=4000
    mapper-pciec1-piodma type=dart-mapper compat=iommu-mapper cell=f
  apciec1-piodma type=apciec1-piodma compat=pciec-apiodma,t8103 reg=522000000+4000,522004000+4000 int=852
  + iommu=@mapper-pciec1-piodma
  acio1 type=acio compat=acio reg=501f00000+fc0a4,501db0000+30004
  + int=875,876,877,878,879,880,881,882,883,884,885,886,863,864,865,866,867,868,869,870,871,872,873,874
  + iommu=@mapper-acio1 port-number:u32=2 port-type:u32=2
  dart-acio1 type=dart compat=dart,t8020 reg=501a80000+4000 int=890 page-size:u32=4000 sids:u32=8003
    mapper-acio1 type=dart-mapper compat=iommu-mapper cell=1
  acio-cpu1 type=acio-cpu compat=iop,m3wrap-v2-acio reg=501100000+144,50110a000+144 int=893,892,895,894
  + role:str=ACIO1
    iop-acio1-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
  display-crossbar0 type=AAPL,display-crossbar compat=display-crossbar,t8103
  atc0-dpxbar type=AAPL,atc-dpxbar compat=atc-dpxbar,t8103 reg=38304c000+4000
  atc0-dpphy type=AAPL,atc-dpphy compat=atc-dpphy,t8103 port-number:u32=1 port-type:u32=2
  atc0-dpin0 type=AAPL,atc-dpin compat=atc-dpin,t8103 reg=381e50000+4000 int=807
  atc0-dpin1 type=AAPL,atc-dpin compat=atc-dpin,t8103 reg=381e58000+4000 int=808
  atc1-dpxbar type=AAPL,atc-dpxbar compat=atc-dpxbar,t8103 reg=50304c000+4000
  atc1-dpphy type=AAPL,atc-dpphy compat=atc-dpphy,t8103 port-number:u32=2 port-type:u32=2
  atc1-dpin0 type=AAPL,atc-dpin compat=atc-dpin,t8103 reg=501e50000+4000 int=887
  atc1-dpin1 type=AAPL,atc-dpin compat=atc-dpin,t8103 reg=501e58000+4000 int=888
  mcc type=mcc compat=mcc,t8103 reg=100000+100000,0+100000
  aic type=interrupt-controller compat=aic,1 reg=3b100000+c000,3b108000+1000 #interrupt-cells:u32=1
  + aic-version:u32=2 #main-cpus:u32=8 #address-cells:u32=0 interrupt-controller:str=master
  aic-timebase type=timer reg=3b108000+1000
  wdt type=wdt compat=wdt,t8101|wdt,s5l8960x reg=3d2b0000+4000,3d2b8020+4 int=338 wdt-version:u32=2
  error-handler type=error-handler compat=error-handler,t8101 reg=100000+100000,0+1000
  + int=203,258,210,213,216,219,222,225,228,231
  dwi type=dwi compat=dwi,t8103|dwi,s8000 reg=3b200000+4000 int=4
  pwm type=pwm compat=pwm,t8101|pwm,s5l8920x reg=35040000+4000 int=632
  aes type=aes compat=aes,s8000 reg=3500c000+1000,3d2d0000+4000 int=625 iommu=@mapper-aes
  gpio type=interrupt-controller compat=gpio,t8101 reg=3c100000+100000 int=190,191,192,193,194,195,196
  + role:str=AP #gpio-pins:u32=d4 #gpio-int-groups:u32=7 #interrupt-cells:u32=2 #address-cells:u32=0
  + interrupt-controller:flag
  aop-gpio type=interrupt-controller compat=gpio,t8101 reg=4a820000+4000 int=268,269,270,271,272,273,274
  + role:str=AOP #gpio-pins:u32=2a #gpio-int-groups:u32=7 #interrupt-cells:u32=2 #address-cells:u32=0
  + interrupt-controller:flag
  nub-gpio type=interrupt-controller compat=gpio,t8101 reg=3d1f0000+4000 int=330,331,332,333,334,335,336
  + role:str=NUB #gpio-pins:u32=17 #gpio-int-groups:u32=7 #interrupt-cells:u32=2 #address-cells:u32=0
  + interrupt-controller:flag
  smc-gpio type=interrupt-controller compat=gpio,t8101 reg=3e820000+4000 int=391,392,393,394,395,396,397
  + role:str=SMC #gpio-pins:u32=10 #gpio-int-groups:u32=7 #interrupt-cells:u32=2 #address-cells:u32=0
  + interrupt-controller:flag
  aop type=aop compat=iop,ascwrap-v4 reg=4a400000+6c000,4a050000+4000 int=286,285,288,287
  + iommu=@mapper-aop role:str=AOP iop-version:u32=1
    iop-aop-nub compat=iop-nub,rtbuddy-v2 pre-loaded:u32=1
      aop-audio type=aop-audio compat=aop-audio
        audio-pdm2 type=audio-pdm2 compat=audio-aop-pdm2
        dc-800000 compat=audio-aop-pdm2
        dc-2400000 compat=audio-aop-pdm2
        audio-hp type=audio-aop-hp compat=audio-aop-hp
        audio-lp-mic-in type=audio-aop-lp-mic-in compat=audio-aop-lp-mic-in
  dart-aop type=dart compat=dart,t8020 reg=4a808000+4000,4a80c000+4000 int=300 page-size:u32=4000
  + sids:u32=8083
    mapper-aop type=dart-mapper compat=iommu-mapper cell=0
    mapper-aop-admac type=dart-mapper compat=iommu-mapper cell=7
    mapper-scm type=dart-mapper compat=iommu-mapper cell=1
  pmgr type=pmgr compat=pmgr1,t8103 reg=3b700000+100000,3d280000+80000 clpc:u32=3
    clpc type=clpc compat=clpc,t8103
    soc-tuner type=soc-tuner compat=soc-tuner,t8020
    ppm type=ppm compat=ppm,passthrough reg=23d2b9040+10 int=1
  nco type=nco compat=nco,t8101|nco,s5l8960x reg=3b044000+14000
  pmp type=pmp compat=iop,ascwrap-v4 reg=3bc00000+60000,3b850000+200000 int=512,511,514,513
  + iommu=@mapper-pmp role:str=PMP iop-version:u32=1
    iop-pmp-nub compat=iop-nub,rtbuddy-v2 pre-loaded:u32=1
  dart-pmp type=dart compat=dart,t8020 reg=3b300000+4000 int=515 page-size:u32=4000 sids:u32=8001
    mapper-pmp type=dart-mapper compat=iommu-mapper cell=0
  sep type=sep compat=iop-sep,ascwrap-v4 reg=42400000+6c000,42050000+60000 int=254,253,256,255
  + iommu=@mapper-sep role:str=SEP iop-version:u32=1 sepfw-loaded:u32=1 aarch64:flag
    iop-sep-nub compat=iop-nub,sep
      Ocelot
      xART
      InvalidateHmac
  dart-sep type=dart compat=dart,t8020 reg=412c0000+40000 int=259 page-size:u32=4000 sids:u32=8001
    mapper-sep type=dart-mapper compat=iommu-mapper cell=0
  sio type=sio compat=iop,ascwrap-v4 reg=36400000+6c000,36050000+4000 int=641,640,643,642
  + iommu=@mapper-sio role:str=SIO iop-version:u32=1
    iop-sio-nub compat=iop-nub,rtbuddy-v2 pre-loaded:u32=1
      sio-dma type=sio-dma compat=sio-dma-controller
  dart-sio type=dart compat=dart,t8020 reg=35004000+4000 int=635 page-size:u32=4000 sids:u32=8007
    mapper-sio type=dart-mapper compat=iommu-mapper cell=0
    mapper-aes type=dart-mapper compat=iommu-mapper cell=1
    mapper-admac type=dart-mapper compat=iommu-mapper cell=2
  ans type=ans compat=iop,ascwrap-v4
  + reg=77400000+6c000,77050000+4000,7bcc0000+60000,79000000+1000000,7bb90000+c000,7bd47c00+10
  + int=584,583,586,585,590 iommu=@sart-ans role:str=ANS2 iop-version:u32=1 nvme-interrupt-idx:u32=4
    iop-ans-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
  sart-ans type=sart compat=sart,t8101 reg=7bc50000+10000 sart-version:u32=2
  smc type=smc compat=iop,ascwrap-v4 reg=3e400000+6c000,3e050000+4000 int=401,400,403,402 role:str=SMC
  + iop-version:u32=1
    iop-smc-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
      smc-pmu type=interrupt-controller compat=smc-pmu #interrupt-cells:u32=1 #address-cells:u32=0
      + interrupt-controller:flag
  uart0 type=uart compat=uart-1,samsung reg=35200000+4000 int=605 uart-version:u32=1 boot-console:flag
  + no-flow-control:flag
    debug-console
  dockchannel-uart type=dockchannel reg=3d128000+10000,3d10c000+18
  spi1 type=spi compat=spi-1,spimc reg=35104000+4000 int=615 #address-cells:u32=1 #size-cells:u32=7
    spinor type=spinor compat=nor-flash,spi cell=0 #address-cells:u32=1 #size-cells:u32=1
      firmware type=firmware compat=iboot,boot reg4=0+200000
      anvram type=anvram compat=nvram,chrp reg4=700000+10000
      syscfg type=syscfg compat=diagnostic-data,format1 reg4=422000+20000
  i2c0 type=i2c compat=i2c,t8101|i2c,s5l8940x|iic,soft reg=35010000+4000 int=627 #size-cells:u32=3
    hpmBusManager compat=usbc,manager cell=6b intparent=@gpio int=106,1
      hpm0 compat=usbc,cd3217 port-number:u32=1 port-type:u32=2
      hpm1 compat=usbc,cd3217 port-number:u32=2 port-type:u32=2
  admac-sio type=admac compat=admac,t8103 reg=38200000+100000,3d2a8000+8 int=626 iommu=@mapper-admac
  + role:str=_OIS
  admac-aop-audio type=admac compat=admac,t8103 reg=4a980000+80000,3d2a8000+8 int=321
  + iommu=@mapper-aop-admac role:str=_APA
  atc-phy0 type=atc-phy compat=atc-phy,t8103 reg=382a90000+4000,382800000+4000 port-number:u32=1
  + port-type:u32=2
  dart-usb0 type=dart compat=dart,t8020 reg=382f00000+80000,382f80000+1038 int=781 page-size:u32=4000
  + sids:u32=b
    mapper-usb0 type=dart-mapper compat=iommu-mapper cell=1
  usb-drd0 type=usb-drd compat=usb-drd,t8103 reg=382280000+da00,382200000+80000 int=777,778,779,780,736
  + iommu=@mapper-usb0 port-number:u32=1 port-type:u32=2 bus-number:u32=0 built-in:flag
    usb-drd0-port-hs type=usb-drd0-port-hs port-type:u32=4
    usb-drd0-port-ss type=usb-drd0-port-ss port-type:u32=4
  atc-phy1 type=atc-phy compat=atc-phy,t8103 reg=502a90000+4000,502800000+4000 port-number:u32=2
  + port-type:u32=2
  dart-usb1 type=dart compat=dart,t8020 reg=502f00000+80000,502f80000+1038 int=861 page-size:u32=4000
  + sids:u32=b
    mapper-usb1 type=dart-mapper compat=iommu-mapper cell=1
  usb-drd1 type=usb-drd compat=usb-drd,t8103 reg=502280000+da00,502200000+80000 int=857,858,859,860,816
  + iommu=@mapper-usb1 port-number:u32=2 port-type:u32=2 bus-number:u32=1 built-in:flag
    usb-drd1-port-hs type=usb-drd1-port-hs port-type:u32=4
    usb-drd1-port-ss type=usb-drd1-port-ss port-type:u32=4
  nub-spmi type=interrupt-controller compat=spmi,t8101 reg=3d0d9300+100,3d0d8e00+100
  + int=192,343,196,197,198,199,200,201,202,203,204,205,208,209,210,211,212,213,214,216,217,218,219,220,
  + 221,222,223 #interrupt-cells:u32=1 #address-cells:u32=0 interrupt-controller:flag
    spmi-pmu type=spmi-pmu compat=pmu,spmi|pmu,sera cell=f intparent=@nub-spmi int=2
    btm type=btm compat=btm cell=f intparent=@nub-spmi int=62
  nub-spmi1 type=interrupt-controller compat=spmi,t8101 reg=3d0e1300+100,3d0e0e00+100
  + int=192,353,196,197,198,199,200,201,202,203,204,205,208,209,210,211,212,213,214,216,217,218,219,220,
  + 221,222,223 #interrupt-cells:u32=1 #address-cells:u32=0 interrupt-controller:flag
    spmi-simetra type=spmi-simetra compat=pmu,spmi|pmu,simetra cell=f intparent=@nub-spmi1 int=2
  aop-spmi1 type=interrupt-controller compat=spmi,t8101 reg=4a829300+100,4a828e00+100
  + int=192,319,196,197,198,199,200,201,202,203,204,205,208,209,210,211,212,213,214,216,217,218,219,220,
  + 221,222,223 #interrupt-cells:u32=1 #address-cells:u32=0 interrupt-controller:flag
    stockholm-spmi type=stockholm-spmi cell=c intparent=@aop-spmi1 int=160,161,162,163,164,165,166
      stockholm type=stockholm
  lcd0-sac type=lpdp-sac
  disp0 type=display-subsystem compat=disp0,t8103 reg=30000000+3fc000,31320000+2000
  + int=436,455,439,438,437,444,434,448,443 iommu=@mapper-disp0,@mapper-disp0-piodma
  dart-disp0 type=dart compat=dart,t8020 reg=31304000+4000,31300000+4000 int=445 page-size:u32=4000
  + sids:u32=8011
    mapper-disp0 type=dart-mapper compat=iommu-mapper cell=0
    mapper-disp0-piodma type=dart-mapper compat=iommu-mapper cell=4
  dcp0-expert type=dcp-expert compat=dcp-expert-v1 role:str=DCP
  dcp type=dcp compat=iop,ascwrap-v4 reg=31c00000+6c000,31850000+4000 int=428,427,430,429
  + iommu=@mapper-dcp role:str=DCP iop-version:u32=1
    iop-dcp-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
  dart-dcp type=dart compat=dart,t8020 reg=3130c000+4000 int=445 page-size:u32=4000 sids:u32=8001
    mapper-dcp type=dart-mapper compat=iommu-mapper cell=0
  dcp-sac-controller type=dcp-sac-controller
  dp-audio0 type=dp-audio0
  dispext0 type=ext-display-subsystem compat=dispext0,t8103 reg=70000000+118000,71320000+2000
  + int=472,475,474,473,480,470,484 iommu=@mapper-dispext0,@mapper-dispext0-piodma
  dart-dispext0 type=dart compat=dart,t8020 reg=71304000+4000,71300000+4000 int=481 page-size:u32=4000
  + sids:u32=8011
    mapper-dispext0 type=dart-mapper compat=iommu-mapper cell=0
    mapper-dispext0-piodma type=dart-mapper compat=iommu-mapper cell=4
  dcpext-expert type=dcp-expert compat=dcp-expert-v1 role:str=DCPEXT
  dcpext type=dcp compat=iop,ascwrap-v4 reg=71c00000+6c000,71850000+4000 int=467,466,469,468
  + iommu=@mapper-dcpext role:str=DCPEXT iop-version:u32=1
    iop-dcpext-nub compat=iop-nub,rtbuddy-v2 running:u32=1 pre-loaded:u32=1
  dart-dcpext type=dart compat=dart,t8020 reg=7130c000+4000 int=481 page-size:u32=4000 sids:u32=8001
    mapper-dcpext type=dart-mapper compat=iommu-mapper cell=0
  dp-audio1 type=dp-audio1
  scaler0 type=scaler compat=scaler,t8103|scaler,s5l8960x reg=63000000+200000,63210000+4000 int=599,601
  + iommu=@mapper-scaler,@mapper-scaler-piodma
  dart-scaler type=dart compat=dart,t8020 reg=63200000+4000 int=600 page-size:u32=4000 sids:u32=3
    mapper-scaler type=dart-mapper compat=iommu-mapper cell=0
    mapper-scaler-piodma type=dart-mapper compat=iommu-mapper cell=1
  jpeg0 type=jpeg compat=jpeg,t8101|jpeg,s5l8920x reg=65000000+4000 int=591 iommu=@mapper-jpeg0
  dart-jpeg0 type=dart compat=dart,t8020 reg=65004000+1038 int=592 page-size:u32=4000 sids:u32=1
    mapper-jpeg0 type=dart-mapper compat=iommu-mapper cell=0
  jpeg1 type=jpeg compat=jpeg,t8101|jpeg,s5l8920x reg=65008000+4000 int=594 iommu=@mapper-jpeg1
  dart-jpeg1 type=dart compat=dart,t8020 reg=6500c000+1038 int=595 page-size:u32=4000 sids:u32=1
    mapper-jpeg1 type=dart-mapper compat=iommu-mapper cell=0
  ave type=ave compat=ave,t8101 reg=67100000+460000,67800000+800000 int=560,554,553,556,555
  + iommu=@mapper-ave pre-loaded:u32=1
  dart-ave type=dart compat=dart,t8020 reg=67040000+4000,67030000+4000 int=557 page-size:u32=4000
  + sids:u32=8001
    mapper-ave type=dart-mapper compat=iommu-mapper cell=0
  avd type=avd compat=avd,t8103 reg=68000000+2000000 int=540,541
  + iommu=@mapper-avd,@mapper-avd-piodma,@mapper-avd-adsbuf
  dart-avd type=dart compat=dart,t8020 reg=69010000+4000 int=547 page-size:u32=4000 sids:u32=8007
    mapper-avd type=dart-mapper compat=iommu-mapper cell=0
    mapper-avd-piodma type=dart-mapper compat=iommu-mapper cell=1
    mapper-avd-adsbuf type=dart-mapper compat=iommu-mapper cell=2
  isp type=isp compat=isp,t8103|isp,s5l8960x reg=2a000000+4000000,3b700000+100000 int=246,247,248,249
  + iommu=@mapper-isp pre-loaded:u32=1
  dart-isp type=dart compat=dart,t8020 reg=2c0e8000+4000,2c0f4000+4000 int=251 page-size:u32=4000
  + sids:u32=8001
    mapper-isp type=dart-mapper compat=iommu-mapper cell=0
  ane type=ane compat=ane,t8103 reg=6a000000+2000000,3b700000+100000 int=416 iommu=@mapper-ane
  + pre-loaded:u32=1
  dart-ane type=dart compat=dart,t8020 reg=6b800000+4000,6b810000+4000 int=417 page-size:u32=4000
  + sids:u32=a001
    mapper-ane type=dart-mapper compat=iommu-mapper cell=0
  sgx type=sgx compat=gpu,t8103 reg=4000000+4000000,4d00000+20000 int=563,564,565,566,579
  gfx-asc type=gfx-asc compat=iop,ascwrap-v4 reg=6400000+6c000,6050000+8 int=576,575,578,577
  + iommu=@mapper-gfx-asc role:str=GFX iop-version:u32=1
    iop-gfx-nub compat=iop-nub,rtbuddy-v2 pre-loaded:u32=1 power-managed:str=true
  mapper-gfx-asc compat=iommu-mapper,gfx
  mca-switch type=mca-switch compat=mca-switch,t8103 reg=38400000+18000,38300000+30000
  mca0 type=i2s compat=mcaCluster,t8103 reg=38400000+4000,38300000+4000 int=619 #address-cells:u32=0
  + #size-cells:u32=c
    mca0a type=i2s compat=mca,t8103
      audio-loopback type=audio-data compat=audio-data,audio-loopback cell=1201
  mca1 type=i2s compat=mcaCluster,t8103 reg=38404000+4000,38308000+4000 int=620 #address-cells:u32=0
  + #size-cells:u32=c
    mca1a type=i2s compat=mca,t8103
      audio-tas5770L-spkr-l type=audio-data compat=audio-data,tas5770 cell=201
  mca3 type=i2s compat=mcaCluster,t8103 reg=3840c000+4000,38318000+4000 int=622 #address-cells:u32=0
  + #size-cells:u32=c
    mca3a type=i2s compat=mca,t8103
      audio-codec-output type=audio-data compat=audio-data,cs42l83 cell=1301
    mca3b type=i2s compat=mca,t8103
      audio-codec-input type=audio-data compat=audio-data,cs42l83-input cell=1301
  tempsensor0 type=tempsensor compat=tempsensor,t8020 reg=3b2c4000+34000
  + location-name:str=PMGR_SOC_Die_Temp_Sensor0
  tempsensor1 type=tempsensor compat=tempsensor,t8020 reg=3b2c4000+34000
  + location-name:str=PMGR_SOC_Die_Temp_Sensor1
  tempsensor2 type=tempsensor compat=tempsensor,t8020 reg=3b2c4000+34000
  + location-name:str=PMGR_SOC_Die_Temp_Sensor2
  mtrtempsensor3 type=tempsensor compat=tempsensor,t8020 reg=3b280000+8000
  + location-name:str=SOC_MTR_Temp_Sensor0
  mtrtempsensor4 type=tempsensor compat=tempsensor,t8020 reg=3b280000+8000
  + location-name:str=SOC_MTR_Temp_Sensor1
  mtrtempsensor5 type=tempsensor compat=tempsensor,t8020 reg=3b280000+8000
  + location-name:str=SOC_MTR_Temp_Sensor2
  mtrtempsensor6 type=tempsensor compat=tempsensor,t8020 reg=3b298000+8000
  + location-name:str=ANE_MTR_Temp_Sensor1
  mtrtempsensor7 type=tempsensor compat=tempsensor,t8020 reg=3b2a0000+8000
  + location-name:str=ISP_MTR_Temp_Sensor5
  mtrtempsensor8 type=tempsensor compat=tempsensor,t8020 reg=10000000+1000000
  + location-name:str=eACC_MTR_Temp_Sensor0
  mtrtempsensor9 type=tempsensor compat=tempsensor,t8020 reg=10000000+1000000
  + location-name:str=eACC_MTR_Temp_Sensor3
  mtrtempsensor10 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor2
  mtrtempsensor11 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor3
  mtrtempsensor12 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor4
  mtrtempsensor13 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor5
  mtrtempsensor14 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor7
  mtrtempsensor15 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor8
  mtrtempsensor16 type=tempsensor compat=tempsensor,t8020 reg=11000000+1000000
  + location-name:str=pACC_MTR_Temp_Sensor9
  mtrtempsensor17 type=tempsensor compat=mtrtempsensor,t8020 reg=3b2e0000+8000
  + location-name:str=GPU_MTR_Temp_Sensor1
  mtrtempsensor18 type=tempsensor compat=mtrtempsensor,t8020 reg=3b2e0000+8000
  + location-name:str=GPU_MTR_Temp_Sensor4
  smctempsensor0 type=smctempsensor compat=smc-tempsensor
  cpu-debug-interface type=cpu-debug-interface
  aft type=aft compat=aft,t8101 reg=144000+4000
buttons type=buttons compat=buttons button-names:str=hold
port-usb-c-1 type=port-usb-c compat=dock,usb-c port-number:u32=1 port-type:u32=2 primary-port-id:u32=1
port-usb-c-2 type=port-usb-c compat=dock,usb-c port-number:u32=2 port-type:u32=2 primary-port-id:u32=102
backlight type=backlight
sacm compat=sacm,1
defaults
product
  camera
  audio
filesystems handle=110
iboot-syscfg handle=11f
`
